"""Reads and writes the DynamoDB table `alarms`. Each write has a condition, so no writer overwrites another one's."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from typing import TYPE_CHECKING, Any

from domain.alarm_items import OPEN_INDEX, Key, alarm_item, alarm_key, key_item, key_of, silence_item
from domain.alarm_silence import SilentDays
from domain.alarms import Alarm

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH_KEYS = 100
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""

READ_ATTEMPTS = 8
FIRST_PAUSE_SECONDS = 0.05


class AlarmsNotReadError(Exception):
    """DynamoDB did not return all items of a batch, although it was asked several times."""


@dataclass(frozen=True)
class AlarmsTable:
    """The table of alarms. `pause` waits so many seconds."""

    client: "DynamoDBClient"
    name: str
    pause: Callable[[float], None] = time.sleep

    def read(self, keys: Iterable[Key]) -> dict[Key, Any]:
        """Returns the items that are there, by their keys. The reads are consistent. Raises `AlarmsNotReadError`."""
        found: dict[Key, Any] = {}
        for batch in batched(sorted(set(keys)), BATCH_KEYS, strict=False):
            found |= {key_of(item): item for item in self._read_batch(batch)}
        return found

    def put_alarm(self, alarm: Alarm, former_sequence: int, expires: datetime) -> bool:
        """Writes an alarm, if its item still has the former sequence. 0 is no item. Returns whether it did."""
        return self._put(alarm_item(alarm, expires), "sequence", former_sequence)

    def put_silence(self, number: str, silent: SilentDays, former_version: int, expires: datetime) -> bool:
        """Writes the silent days, if their item still has the former version. 0 is no item. Returns whether it did."""
        return self._put(silence_item(number, silent, expires), "version", former_version)

    def mark_sent(self, alarm: Alarm) -> bool:
        """Notes that the queue has all events up to the alarm's sequence, unless the alarm has changed meanwhile."""
        try:
            self.client.update_item(
                TableName=self.name,
                Key=key_item(alarm_key(alarm.metering_point, alarm.code, alarm.date)),
                UpdateExpression="SET unsent = :none",
                ConditionExpression="#sequence = :sequence",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues={":none": {"S": "[]"}, ":sequence": {"N": str(alarm.sequence)}},
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def count_open(self) -> int:
        """Counts the alarms that are open or acknowledged, of all days. It reads the index, which has no other."""
        pages = self.client.get_paginator("scan").paginate(TableName=self.name, IndexName=OPEN_INDEX, Select="COUNT")
        return sum(int(page["Count"]) for page in pages)

    def _put(self, item: dict[str, Any], counter: str, former: int) -> bool:
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(#counter)"}
        if former:
            values = {":former": {"N": str(former)}}
            condition = {"ConditionExpression": "#counter = :former", "ExpressionAttributeValues": values}
        try:
            self.client.put_item(
                TableName=self.name, Item=item, ExpressionAttributeNames={"#counter": counter}, **condition
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _read_batch(self, keys: Iterable[Key]) -> Iterator[Any]:
        waiting: Any = {self.name: {"Keys": [key_item(key) for key in keys], "ConsistentRead": True}}
        for attempt in range(READ_ATTEMPTS):
            answer = self.client.batch_get_item(RequestItems=waiting)
            yield from answer["Responses"].get(self.name, [])
            waiting = answer.get("UnprocessedKeys")
            if not waiting:
                return
            self.pause(FIRST_PAUSE_SECONDS * 2**attempt)
        raise AlarmsNotReadError(self.name)
