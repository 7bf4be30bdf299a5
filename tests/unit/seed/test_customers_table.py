from typing import Any

import pytest

from seed.customers import demo_customers
from seed.customers_table import TableRefusedError, as_item, write_customers


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


def test_customers_are_written_in_batches_of_25() -> None:
    fake, batches = FakeDynamoDb([]), list[int]()
    assert write_customers(fake, "customers", demo_customers(60), batches.append) == 60  # type: ignore[arg-type]
    assert fake.sizes == batches == [25, 25, 10]
    assert fake.items == [as_item(customer) for customer in demo_customers(60)]


def test_what_the_table_leaves_is_sent_again_after_a_growing_pause() -> None:
    fake, pauses = FakeDynamoDb([20, 5]), list[float]()
    write_customers(fake, "customers", demo_customers(25), pause=pauses.append)  # type: ignore[arg-type]
    assert fake.sizes == [25, 20, 5]
    assert len(fake.items) == 25
    assert pauses == sorted(pauses)
    assert len(pauses) == 2


def test_a_table_that_goes_on_refusing_is_an_error() -> None:
    fake = FakeDynamoDb([3] * 100)
    with pytest.raises(TableRefusedError, match="left 3 customers unwritten"):
        write_customers(fake, "customers", demo_customers(25), pause=lambda _: None)  # type: ignore[arg-type]
