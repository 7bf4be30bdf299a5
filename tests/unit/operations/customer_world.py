"""A table of customers in memory. It evaluates the conditions that the customers' commands write."""

import re
from collections.abc import Callable
from typing import Any

from domain.customers import KEY
from tests.unit.lambdas.fakes import FakeDynamoDB

OUTPUTS = {
    "name": "energy",
    "customers_table": "customers",
    "metering_point_pattern": "[0-9]{10}",
    "key_revocation_seconds": 310,
    "state_machine_arn": "arn:aws:states:eu-central-1:123456789012:stateMachine:energy-pipeline",
}


class CustomersInMemory:
    """Knows `put_item`, `update_item` with SET and REMOVE, `delete_item`, `get_item`, `batch_get_item` and `scan`."""

    exceptions = FakeDynamoDB.exceptions

    def __init__(self, *items: dict[str, Any]) -> None:
        self.items = {item[KEY]["S"]: dict(item) for item in items}
        self.before_write: Callable[[], None] = lambda: None
        self.fault: Exception | None = None
        self.faulty_numbers: set[str] = set()
        self.writes = 0

    def put_item(self, **request: Any) -> None:
        number = request["Item"][KEY]["S"]
        self._write(number, request)
        self.items[number] = dict(request["Item"])

    def update_item(self, **request: Any) -> None:
        number = request["Key"][KEY]["S"]
        self._write(number, request)
        names, values = request["ExpressionAttributeNames"], request["ExpressionAttributeValues"]
        found = re.fullmatch(r"(?:SET (?P<set>.*?))? ?(?:REMOVE (?P<remove>.*))?", request["UpdateExpression"])
        assert found
        for assignment in filter(None, (found["set"] or "").split(", ")):
            name, value = assignment.split(" = ")
            self.items[number][names[name]] = values[value]
        for name in filter(None, (found["remove"] or "").split(", ")):
            self.items[number].pop(names[name])

    def delete_item(self, **request: Any) -> None:
        self.items.pop(request["Key"][KEY]["S"], None)

    def get_item(self, **request: Any) -> dict[str, Any]:
        found = self.items.get(request["Key"][KEY]["S"])
        return {"Item": dict(found)} if found else {}

    def batch_get_item(self, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 -- boto3's name
        ((table, request),) = RequestItems.items()
        assert 1 <= len(request["Keys"]) <= 100
        numbers = [key[KEY]["S"] for key in request["Keys"]]
        assert len(set(numbers)) == len(numbers), "DynamoDB refuses a key that is there twice"
        found = [self._projected(self.items[number], request) for number in numbers if number in self.items]
        return {"Responses": {table: found}}

    def scan(self, **request: Any) -> dict[str, Any]:
        return {"Items": [self._projected(item, request) for item in self.items.values()]}

    def _write(self, number: str, request: dict[str, Any]) -> None:
        self.before_write()
        if self.fault and (not self.faulty_numbers or number in self.faulty_numbers):
            raise self.fault
        names, values = request["ExpressionAttributeNames"], request.get("ExpressionAttributeValues", {})
        used = " ".join(request.get(part, "") for part in ("UpdateExpression", "ConditionExpression"))
        assert all(re.search(rf"{re.escape(value)}\b", used) for value in values), "DynamoDB refuses an unused value"
        assert all(re.search(rf"{re.escape(name)}\b", used) for name in names), "DynamoDB refuses an unused name"
        item = self.items.get(number, {})
        for condition in request["ConditionExpression"].split(" AND "):
            if not FakeDynamoDB._holds(condition, item, {**request, "ExpressionAttributeValues": values}):
                failed = self.exceptions.ConditionalCheckFailedException
                raise failed({"Error": {"Code": "ConditionalCheckFailedException"}}, "Write")
        self.writes += 1

    @staticmethod
    def _projected(item: dict[str, Any], request: dict[str, Any]) -> dict[str, Any]:
        wanted = set(request["ExpressionAttributeNames"].values())
        return {name: value for name, value in item.items() if name in wanted}
