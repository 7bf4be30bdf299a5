"""Reads the whole DynamoDB table `customers`."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from domain.customers import ATTRIBUTES, Customer, InvalidCustomerError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SEGMENTS = 4

# Some attribute names are reserved words of DynamoDB ("name", "type"), so each name has a placeholder.
_NAMES = {f"#a{number}": attribute for number, attribute in enumerate(ATTRIBUTES)}


def scan_customers(
    client: "DynamoDBClient", table: str, set_aside: Callable[[InvalidCustomerError], None], segments: int = SEGMENTS
) -> Iterator[Customer]:
    """Yields every customer, in no order, without the hashes of their keys.

    An item that cannot be read goes to `set_aside`, and the scan continues. The segments are read in parallel, one page
    of each at a time, so memory holds `segments` pages. Raises DynamoDB's own errors.
    """
    pending: dict[int, dict[str, Any] | None] = dict.fromkeys(range(segments))

    def page(segment: int) -> Any:
        start = pending[segment]
        position: Any = {"ExclusiveStartKey": start} if start else {}
        return client.scan(
            TableName=table,
            Segment=segment,
            TotalSegments=segments,
            ProjectionExpression=", ".join(_NAMES),
            ExpressionAttributeNames=_NAMES,
            ConsistentRead=True,
            **position,
        )

    with ThreadPoolExecutor(max_workers=segments) as pool:
        while pending:
            order = list(pending)
            for segment, answer in zip(order, pool.map(page, order), strict=True):
                yield from _readable(answer["Items"], set_aside)
                pending[segment] = answer.get("LastEvaluatedKey")
                if pending[segment] is None:
                    del pending[segment]


def _readable(
    items: Sequence[Mapping[str, Any]], set_aside: Callable[[InvalidCustomerError], None]
) -> Iterator[Customer]:
    for item in items:
        try:
            yield Customer.from_item(item)
        except InvalidCustomerError as error:
            set_aside(error)
