"""Puts demo customers into the customers table."""

import itertools
import time
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from seed.customers import DemoCustomer
from seed.keys import demo_api_key, key_hash

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BATCH_SIZE = 25  # BatchWriteItem takes no more
_ATTEMPTS = 8
_FIRST_PAUSE = 0.05


class TableRefusedError(Exception):
    """The table left items unprocessed again and again."""


def as_item(customer: DemoCustomer) -> dict[str, dict[str, Any]]:
    """The customer as DynamoDB has it: its demo key as a hash only."""
    return {
        "billing_metering_point_number": {"N": str(customer.number)},
        "name": {"S": customer.name},
        "address": {"S": customer.address},
        "city": {"S": customer.city},
        "county": {"S": customer.county},
        "email": {"S": customer.email},
        "type": {"S": customer.type},
        "active": {"BOOL": customer.active},
        "api_key_hashes": {"L": [{"S": key_hash(demo_api_key(customer.number))}]},
    }


def write_customers(
    dynamodb: "DynamoDBClient",
    table: str,
    customers: Iterable[DemoCustomer],
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
    dynamodb: "DynamoDBClient", table: str, batch: Sequence[DemoCustomer], pause: Callable[[float], None]
) -> None:
    requests: Any = {table: [{"PutRequest": {"Item": as_item(customer)}} for customer in batch]}
    for attempt in range(_ATTEMPTS):
        requests = dynamodb.batch_write_item(RequestItems=requests)["UnprocessedItems"]
        if not requests:
            return
        pause(_FIRST_PAUSE * 2**attempt)
    raise TableRefusedError(f"{table} left {len(requests[table])} customers unwritten {_ATTEMPTS} times")
