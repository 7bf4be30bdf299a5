"""Writes customers to the table `customers`.

A change is conditional on the attributes that were read before it. Of 2 operators who change a customer at the same
time, one changes nothing and is told so. A change touches no key of the customer. `operations.customer_keys` has those.
"""

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.customers import ATTRIBUTES, KEY, Customer, InvalidCustomerError, key_value
from lambdas.runtime.customers_table import Segment, scan_pages

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

READ_SIZE = 100
"""The most keys of a BatchGetItem."""

BATCH_SIZE = 25
"""The most items of a BatchWriteItem."""

_ATTEMPTS = 8
_FIRST_PAUSE = 0.05
_NAMES = {f"#a{number}": attribute for number, attribute in enumerate(ATTRIBUTES)}
_PLACEHOLDERS = {attribute: name for name, attribute in _NAMES.items()}
_OPTIONAL = tuple(name for name in ATTRIBUTES if name != KEY)


class TableError(Exception):
    """The table does not take or give customers. The message says what to do."""


class ChangedMeanwhileError(TableError):
    """Somebody else changed the customer after it was read. Nothing was written."""


@dataclass(frozen=True)
class Stored:
    """A customer as the table has it. `item` is in DynamoDB's JSON, without the keys."""

    customer: Customer
    item: Mapping[str, Any]


class CustomerTable:
    """The customers of one deployment."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str, pause: Callable[[float], None] = time.sleep) -> None:
        """`pause` gets the seconds to wait before the table is asked again for the rest of a batch."""
        self._dynamodb = dynamodb
        self.name = table
        self._pause = pause

    def create(self, customer: Customer, hashes: Sequence[str]) -> None:
        """Stores a new customer with the hashes of its keys. Raises `ChangedMeanwhileError` if the number exists."""
        item = customer.to_item(hashes)
        try:
            self._dynamodb.put_item(
                TableName=self.name,
                Item=item,
                ConditionExpression="attribute_not_exists(#key)",
                ExpressionAttributeNames={"#key": KEY},
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            # The client retries a call whose answer was lost. Then the customer that is there is this one.
            found = self._dynamodb.get_item(TableName=self.name, Key={KEY: item[KEY]}, ConsistentRead=True)
            if found.get("Item") != item:
                raise ChangedMeanwhileError(f"there is a customer {customer.metering_point} already") from None

    def change(self, before: Stored, after: Customer) -> None:
        """Writes the attributes that differ. Raises `ChangedMeanwhileError` unless the table still has `before`."""
        old, new = before.customer.to_item(()), after.to_item(())
        differing = [name for name in _OPTIONAL if old.get(name) != new.get(name)]
        if not differing:
            return
        kept = {name: new[name] for name in differing if name in new}
        removed = [_PLACEHOLDERS[name] for name in differing if name not in new]
        parts = ["SET " + ", ".join(f"{_PLACEHOLDERS[name]} = :new_{name}" for name in kept)] if kept else []
        parts += [f"REMOVE {', '.join(removed)}"] if removed else []
        try:
            self._dynamodb.update_item(
                TableName=self.name,
                Key={KEY: key_value(after.metering_point)},
                UpdateExpression=" ".join(parts),
                ConditionExpression=" AND ".join(_unchanged(name, before.item) for name in ATTRIBUTES),
                ExpressionAttributeNames=_NAMES,
                ExpressionAttributeValues={
                    **{f":new_{name}": value for name, value in kept.items()},
                    **{f":old_{name}": value for name, value in before.item.items()},
                },
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            if self.find(after.metering_point).customer == after:
                return  # a retry of a call whose answer was lost
            raise ChangedMeanwhileError(
                f"somebody else changed {after.metering_point} at the same moment, and it stays as they left it: "
                "look at it and try again"
            ) from None

    def find(self, number: str) -> Stored:
        """Returns the customer. Raises `TableError` where there is none, or where its item cannot be read."""
        found = self.find_all([number]).get(number)
        if found is None:
            raise TableError(f"there is no customer {number} in the table {self.name}")
        if isinstance(found, InvalidCustomerError):
            raise TableError(f"{found}: correct the item in the table {self.name} first")
        return found

    def find_all(self, numbers: Sequence[str]) -> Mapping[str, Stored | InvalidCustomerError]:
        """Returns the customers that the table has of these numbers, by number. An unreadable item gives its error."""
        found: dict[str, Stored | InvalidCustomerError] = {}
        for batch in itertools.batched(numbers, READ_SIZE, strict=False):
            for item in self._read(batch):
                try:
                    found[item[KEY]["S"]] = Stored(Customer.from_item(item), item)
                except InvalidCustomerError as error:
                    found[item[KEY]["S"]] = error
        return found

    def all(self, set_aside: Callable[[InvalidCustomerError], None]) -> Iterator[Customer]:
        """Yields every customer in no order. An item that cannot be read goes to `set_aside`."""
        for page, _ in scan_pages(self._dynamodb, self.name, Segment(0, 1), None, set_aside):
            yield from page

    def replace(
        self,
        customers: Iterable[Customer],
        hashes_of: Callable[[Customer], Sequence[str]],
        written: Callable[[int], None] = lambda _: None,
    ) -> int:
        """Stores all customers with the hashes of their keys, whatever the table has. Returns their number.

        It is for a table that nobody else writes, such as the demo's. 25 customers are one call. It calls `written`
        with the size of each written batch. Raises `TableError` if the table leaves items unwritten in 8 attempts.
        """
        total = 0
        for batch in itertools.batched(customers, BATCH_SIZE, strict=False):
            self._write([customer.to_item(hashes_of(customer)) for customer in batch])
            total += len(batch)
            written(len(batch))
        return total

    def _read(self, numbers: Sequence[str]) -> Iterator[Any]:
        waiting: Any = {
            self.name: {
                "Keys": [{KEY: key_value(number)} for number in numbers],
                "ConsistentRead": True,
                "ProjectionExpression": ", ".join(_NAMES),
                "ExpressionAttributeNames": _NAMES,
            }
        }
        for attempt in range(_ATTEMPTS):
            answer = self._dynamodb.batch_get_item(RequestItems=waiting)
            yield from answer["Responses"].get(self.name, [])
            waiting = answer.get("UnprocessedKeys")
            if not waiting:
                return
            self._pause(_FIRST_PAUSE * 2**attempt)
        raise TableError(f"{self.name} left customers unread {_ATTEMPTS} times: try again later")

    def _write(self, items: Sequence[Any]) -> None:
        requests: Any = {self.name: [{"PutRequest": {"Item": item}} for item in items]}
        for attempt in range(_ATTEMPTS):
            requests = self._dynamodb.batch_write_item(RequestItems=requests)["UnprocessedItems"]
            if not requests:
                return
            self._pause(_FIRST_PAUSE * 2**attempt)
        raise TableError(f"{self.name} left {len(requests[self.name])} customers unwritten {_ATTEMPTS} times")


def _unchanged(name: str, item: Mapping[str, Any]) -> str:
    place = _PLACEHOLDERS[name]
    return f"{place} = :old_{name}" if name in item else f"attribute_not_exists({place})"
