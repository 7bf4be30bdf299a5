"""Stands in for DynamoDB's table of alarms. It can crash or do something else before any call."""

from collections.abc import Callable, Iterator
from threading import RLock
from typing import Any

from botocore.exceptions import ClientError

from domain.alarm_items import OPEN_KEY, RANGE, alarm_of, is_alarm
from domain.alarms import Alarm
from domain.customers import KEY


class FakeAlarms:
    """Holds the items by key. It knows the conditions and the update that `AlarmsTable` and the operator's tool use."""

    class exceptions:  # noqa: N801  boto3's own name
        class ConditionalCheckFailedException(ClientError):  # noqa: N818  the same
            pass

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.before: Callable[[str], None] = lambda _operation: None
        self.calls: list[str] = []
        self._turn = RLock()

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        self._note("read")
        with self._turn:
            ((table, asked),) = request["RequestItems"].items()
            assert asked["ConsistentRead"]
            assert 0 < len(asked["Keys"]) <= 100
            keys = [(key[KEY]["S"], key[RANGE]["S"]) for key in asked["Keys"]]
            return {"Responses": {table: [dict(self.items[key]) for key in keys if key in self.items]}}

    def put_item(self, **request: Any) -> None:
        self._note("put")
        with self._turn:
            item = request["Item"]
            key = item[KEY]["S"], item[RANGE]["S"]
            self._require(key, request)
            self.items[key] = dict(item)

    def update_item(self, **request: Any) -> None:
        self._note("update")
        with self._turn:
            key = request["Key"][KEY]["S"], request["Key"][RANGE]["S"]
            self._require(key, request)
            assert request["UpdateExpression"] == "SET unsent = :none"
            self.items[key]["unsent"] = request["ExpressionAttributeValues"][":none"]

    def get_item(self, **request: Any) -> dict[str, Any]:
        self._note("read")
        with self._turn:
            key = request["Key"][KEY]["S"], request["Key"][RANGE]["S"]
            return {"Item": dict(self.items[key])} if key in self.items else {}

    def get_paginator(self, operation: str) -> "FakeAlarms":
        assert operation in ("scan", "query")
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        values = request.get("ExpressionAttributeValues", {})
        items = [item for key, item in sorted(self.items.items()) if is_alarm(key[1])]
        if "IndexName" in request:
            items = [item for item in items if OPEN_KEY in item]
        if ":open" in values:
            items = [item for item in items if item[OPEN_KEY] == values[":open"]]
        if ":number" in values:
            items = [item for item in items if item[KEY] == values[":number"]]
        yield {"Items": items[:1], "Count": len(items[:1])}
        yield {"Items": items[1:], "Count": len(items[1:])}

    def alarms(self) -> list[Alarm]:
        """Returns all alarms, in the order of the keys."""
        return [alarm_of(item) for key, item in sorted(self.items.items()) if is_alarm(key[1])]

    def _require(self, key: tuple[str, str], request: dict[str, Any]) -> None:
        item = self.items.get(key, {})
        (name,) = request["ExpressionAttributeNames"].values()
        condition = request["ConditionExpression"]
        if condition.startswith("attribute_not_exists"):
            holds = name not in item
        else:
            (value,) = (v for v in request["ExpressionAttributeValues"].items() if v[0] != ":none")
            holds = item.get(name) == value[1]
        if not holds:
            failed = self.exceptions.ConditionalCheckFailedException
            raise failed({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")

    def _note(self, operation: str) -> None:
        self.calls.append(operation)
        before = self.before
        before(operation)
