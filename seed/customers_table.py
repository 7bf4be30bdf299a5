"""Writes demo customers to the customers table."""

import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from domain.api_keys import hash_api_key
from domain.customers import Customer
from seed.errors import SeedError
from seed.keys import demo_api_key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH_SIZE = 25  # the most items of a BatchWriteItem
_ATTEMPTS = 8
_FIRST_PAUSE = 0.05


class TableRefusedError(SeedError):
    """The table left items unprocessed in every attempt."""


def as_item(customer: Customer) -> dict[str, Any]:
    """Returns the customer's DynamoDB item. It has only the hash of the demo key."""
    return customer.to_item([hash_api_key(demo_api_key(customer.metering_point))])


def write_customers(
    dynamodb: "DynamoDBClient",
    table: str,
    customers: Iterable[Customer],
    written: Callable[[int], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Writes all customers and replaces existing ones. Returns their number.

    It calls `written` with the size of each written batch. It calls `pause` with the seconds to wait before it sends
    unprocessed items again. Raises `TableRefusedError` after 8 attempts.
    """
    total = 0
    for batch in itertools.batched(customers, BATCH_SIZE, strict=False):
        _write_batch(dynamodb, table, batch, pause)
        total += len(batch)
        written(len(batch))
    return total


def _write_batch(
    dynamodb: "DynamoDBClient", table: str, batch: Sequence[Customer], pause: Callable[[float], None]
) -> None:
    requests: Any = {table: [{"PutRequest": {"Item": as_item(customer)}} for customer in batch]}
    for attempt in range(_ATTEMPTS):
        requests = dynamodb.batch_write_item(RequestItems=requests)["UnprocessedItems"]
        if not requests:
            return
        pause(_FIRST_PAUSE * 2**attempt)
    raise TableRefusedError(f"{table} left {len(requests[table])} customers unwritten {_ATTEMPTS} times")
