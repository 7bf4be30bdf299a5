"""Answers DynamoDB's `Query` as the service asks it, from alarms in memory."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from domain.alarm_items import RANGE, alarm_item, silence_item
from domain.alarm_silence import SilentDays
from domain.alarms import Alarm
from domain.customers import KEY

FAR = datetime(2030, 1, 1, tzinfo=UTC)
TERM = re.compile(r"attribute_exists\(#(?P<name>\w+)\)(?: AND #(?P<of>\w+) IN \((?P<values>[^)]*)\))?")


class FakeAlarmQuery:
    """Holds the items of the table. `looked_at` is the number of items that one answer looks at (on AWS, 1 MB)."""

    def __init__(self, looked_at: int = 1000) -> None:
        self.items: list[dict[str, Any]] = []
        self.looked_at = looked_at
        self.requests: list[dict[str, Any]] = []
        self.error: Exception | None = None

    def put(self, alarms: Iterable[Alarm]) -> None:
        self.items += [alarm_item(alarm, FAR) for alarm in alarms]
        self.items.sort(key=lambda item: (item[KEY]["S"], item[RANGE]["S"]))

    def put_silence(self, number: str) -> None:
        self.items.append(silence_item(number, SilentDays({}, 1), FAR))
        self.items.sort(key=lambda item: (item[KEY]["S"], item[RANGE]["S"]))

    def __call__(self, **request: Any) -> dict[str, Any]:
        if self.error:
            raise self.error
        self.requests.append(request)
        names, values = request["ExpressionAttributeNames"], request["ExpressionAttributeValues"]
        key = re.fullmatch(r"#(\w+) = (:\w+)", request["KeyConditionExpression"])
        term = TERM.fullmatch(request["FilterExpression"])
        assert key, request["KeyConditionExpression"]
        assert term, request["FilterExpression"]
        number = values[key[2]]["S"]
        after = request.get("ExclusiveStartKey", {RANGE: {"S": ""}})[RANGE]["S"]
        mine = [each for each in self.items if each[KEY]["S"] == number and each[RANGE]["S"] > after]
        seen = mine[: self.looked_at]
        found = [each for each in seen if names[f"#{term['name']}"] in each]
        if term["of"]:
            wanted = [values[each.strip()]["S"] for each in term["values"].split(",")]
            found = [each for each in found if each[names[f"#{term['of']}"]]["S"] in wanted]
        shown = [names[each.strip()] for each in request["ProjectionExpression"].split(",")]
        answer: dict[str, Any] = {"Items": [{name: each[name] for name in shown if name in each} for each in found]}
        if len(mine) > len(seen):
            answer["LastEvaluatedKey"] = {KEY: seen[-1][KEY], RANGE: seen[-1][RANGE]}
        return answer
