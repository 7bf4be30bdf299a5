"""Customers are written in batches, and the rest of a batch is sent again."""

from collections.abc import Callable
from typing import Any, cast

import pytest

from operations.customer_table import CustomerTable, TableError
from seed.customers import demo_customers
from seed.keys import demo_key_hashes


class FakeDynamoDb:
    """Leaves the given items unprocessed, as DynamoDB does when it is busy."""

    def __init__(self, leave: list[int]) -> None:
        self.leave = leave
        self.items: list[dict[str, Any]] = []
        self.sizes: list[int] = []

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803 -- boto3's name
        ((table, requests),) = RequestItems.items()
        self.sizes.append(len(requests))
        left = self.leave.pop(0) if self.leave else 0
        self.items += [request["PutRequest"]["Item"] for request in requests[left:]]
        return {"UnprocessedItems": {table: requests[:left]} if left else {}}


def a_table(fake: FakeDynamoDb, pause: Callable[[float], None] = lambda _: None) -> CustomerTable:
    return CustomerTable(cast("Any", fake), "customers", pause)


def test_customers_are_written_in_batches_of_25() -> None:
    fake, batches = FakeDynamoDb([]), list[int]()
    assert a_table(fake).replace(demo_customers(60), demo_key_hashes, batches.append) == 60
    assert fake.sizes == batches == [25, 25, 10]
    assert fake.items == [customer.to_item(demo_key_hashes(customer)) for customer in demo_customers(60)]


def test_what_the_table_leaves_is_sent_again_after_a_growing_pause() -> None:
    fake, pauses = FakeDynamoDb([20, 5]), list[float]()
    a_table(fake, pauses.append).replace(demo_customers(25), demo_key_hashes)
    assert fake.sizes == [25, 20, 5]
    assert len(fake.items) == 25
    assert pauses == sorted(pauses)
    assert len(pauses) == 2


def test_a_table_that_goes_on_refusing_is_an_error() -> None:
    fake = FakeDynamoDb([3] * 100)
    with pytest.raises(TableError, match="left 3 customers unwritten"):
        a_table(fake).replace(demo_customers(25), demo_key_hashes)
