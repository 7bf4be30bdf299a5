"""Customers of a test's own: put into the table with a key, taken out afterwards."""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from local.observe.running import RunningStack
from tests.e2e.readings import ZONE

DIGITS = 9
"""Digits after the leading 0. It sorts before every demo customer, so an e-mail's first 50 begin with a test's own."""


@dataclass(frozen=True)
class TestCustomer:
    """A customer that is in the table, with the key that opens its metering point."""

    __test__ = False

    number: str
    key: str = field(repr=False)
    attributes: dict[str, Any] = field(hash=False)


class Customers:
    """Makes customers and forgets them again."""

    def __init__(self, stack: RunningStack) -> None:
        self._dynamodb = stack.client("dynamodb")
        self._table = stack.outputs["customers_table"]
        self._made: list[str] = []

    def create(
        self,
        *,
        kind: str = "HH",
        active: bool = True,
        number: str | None = None,
        city: str = "Šibenik",
        county: str = "Šibensko-kninska",
    ) -> TestCustomer:
        number = number or f"0{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        key = secrets.token_urlsafe(32)
        attributes = {
            "name": f"Customer {number}",
            "address": "Cvjetna ulica 1",
            "city": city,
            "county": county,
            "email": f"customer.{number}@example.com",
            "type": kind,
            "active": active,
        }
        self._made.append(number)
        self._dynamodb.put_item(TableName=self._table, Item=_item(number, key, attributes))
        return TestCustomer(number, key, attributes)

    def add_key(self, customer: TestCustomer) -> str:
        """Give the customer a second key, as when a key is rotated; returns it."""
        key = secrets.token_urlsafe(32)
        self._dynamodb.update_item(
            TableName=self._table,
            Key={"billing_metering_point_number": {"S": customer.number}},
            UpdateExpression="SET api_key_hashes = list_append(api_key_hashes, :added)",
            ExpressionAttributeValues={":added": {"L": [{"S": _hash(key)}]}},
        )
        return key

    def spoil(self, customer: TestCustomer, **attributes: dict[str, Any]) -> None:
        """Change attributes of a customer's item, given as DynamoDB has them, to what they must not be."""
        self._dynamodb.update_item(
            TableName=self._table,
            Key={"billing_metering_point_number": {"S": customer.number}},
            UpdateExpression=f"SET {', '.join(f'#{name} = :{name}' for name in attributes)}",
            ExpressionAttributeNames={f"#{name}": name for name in attributes},
            ExpressionAttributeValues={f":{name}": value for name, value in attributes.items()},
        )

    def due_numbers(self, day: date) -> set[str]:
        """Returns the metering points that must report on `day`, the demo's and others' too.

        Their customers are active, and their supply has begun before the day ends. No test ends a supply.
        """
        end = datetime.combine(day + timedelta(days=1), time.min, ZONE)
        return {item["billing_metering_point_number"]["S"] for item in self._items() if _is_due(item, end)}

    def delete(self, number: str) -> None:
        """Take a customer out of the table."""
        key = {"billing_metering_point_number": {"S": number}}
        self._dynamodb.delete_item(TableName=self._table, Key=key)

    def forget(self) -> None:
        for number in self._made:
            self.delete(number)

    def _items(self) -> Iterator[dict[str, Any]]:
        for page in self._dynamodb.get_paginator("scan").paginate(TableName=self._table):
            yield from page["Items"]


def _is_due(item: dict[str, Any], end: datetime) -> bool:
    since = item.get("supplied_from")
    return item["active"]["BOOL"] and (since is None or datetime.fromisoformat(since["S"]) < end)


def _item(number: str, key: str, attributes: dict[str, Any]) -> dict[str, Any]:
    strings = {name: {"S": value} for name, value in attributes.items() if name != "active"}
    return {
        "billing_metering_point_number": {"S": number},
        **strings,
        "active": {"BOOL": attributes["active"]},
        "api_key_hashes": {"L": [{"S": _hash(key)}]},
    }


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
