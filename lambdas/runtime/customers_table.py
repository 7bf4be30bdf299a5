"""Reads the DynamoDB table `customers` segment by segment."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.customers import ATTRIBUTES, Customer, InvalidCustomerError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Position = Mapping[str, Any]
"""The key after which a scan continues, as DynamoDB's `LastEvaluatedKey` has it."""

# Some attribute names are reserved words of DynamoDB ("name", "type"), so each name has a placeholder.
_NAMES = {f"#a{number}": attribute for number, attribute in enumerate(ATTRIBUTES)}


@dataclass(frozen=True)
class Segment:
    """One segment of so many that the table is divided into."""

    number: int
    of: int


def scan_pages(
    client: "DynamoDBClient",
    table: str,
    segment: Segment,
    start: Position | None,
    set_aside: Callable[[InvalidCustomerError], None],
) -> Iterator[tuple[list[Customer], Position | None]]:
    """Yields the customers of each page of a segment, in no order, and where the next page begins.

    The customers come without the hashes of their keys. An item that cannot be read goes to `set_aside`. Memory holds
    one page, which has at most 1 MB. Raises DynamoDB's own errors.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html#Scan.ParallelScan
    """
    position = start
    while True:
        given: Any = {"ExclusiveStartKey": position} if position else {}
        answer = client.scan(
            TableName=table,
            Segment=segment.number,
            TotalSegments=segment.of,
            ProjectionExpression=", ".join(_NAMES),
            ExpressionAttributeNames=_NAMES,
            ConsistentRead=True,
            **given,
        )
        position = answer.get("LastEvaluatedKey")
        yield list(_readable(answer["Items"], set_aside)), position
        if position is None:
            return


def _readable(items: Any, set_aside: Callable[[InvalidCustomerError], None]) -> Iterator[Customer]:
    for item in items:
        try:
            yield Customer.from_item(item)
        except InvalidCustomerError as error:
            set_aside(error)
