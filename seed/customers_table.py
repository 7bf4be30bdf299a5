"""Puts demo customers into the customers table."""

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

BATCH_SIZE = 25  # BatchWriteItem takes no more
_ATTEMPTS = 8
_FIRST_PAUSE = 0.05


class TableRefusedError(SeedError):
    """The table left items unprocessed again and again."""


def as_item(customer: Customer) -> dict[str, Any]:
    """The customer as DynamoDB has it: its demo key as a hash only."""
    return customer.to_item([hash_api_key(demo_api_key(customer.metering_point))])


def write_customers(
    dynamodb: "DynamoDBClient",
    table: str,
    customers: Iterable[Customer],
    written: Callable[[int], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> int:
    """Write all customers, replacing those that are there; returns how many.

    `written` is called with the size of each batch that is in the table, `pause` with the seconds to wait
    before what the table left unprocessed is sent again. Raises `TableRefusedError` after eight attempts.
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
