"""The DynamoDB table `customers`, read whole."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from lambdas.shared.adapters.duck import columns_option, literal
from lambdas.shared.customers import ATTRIBUTES, KEY, Customer
from lambdas.shared.readings import CUSTOMER_COLUMNS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SEGMENTS = 4

_COLUMNS = {KEY: "BIGINT", **CUSTOMER_COLUMNS}
# Several attribute names are DynamoDB's reserved words ("name", "type"), so each goes by a placeholder.
_NAMES = {f"#a{number}": attribute for number, attribute in enumerate(ATTRIBUTES)}


def scan_customers(client: "DynamoDBClient", table: str, segments: int = SEGMENTS) -> Iterator[Customer]:
    """Every customer, in no order; never the hashes of their keys.

    A page of each segment is fetched at a time, in parallel, so that memory holds `segments` pages.
    Raises `InvalidCustomerError` for an item out of shape, and what DynamoDB raises.
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
                yield from map(Customer.from_item, answer["Items"])
                pending[segment] = answer.get("LastEvaluatedKey")
                if pending[segment] is None:
                    del pending[segment]


def load_customers(duck: duckdb.DuckDBPyConnection, client: "DynamoDBClient", table: str, scratch: Path) -> int:
    """Make DuckDB's table `customers` of the DynamoDB table. Returns the number of customers."""
    path = scratch / "customers.ndjson"
    with path.open("w", encoding="utf-8") as file:
        count = sum(1 for customer in scan_customers(client, table) if _write(file, customer))
    duck.execute(
        f"CREATE TABLE customers AS SELECT * FROM read_json({literal(path)}, "  # noqa: S608
        f"format = 'newline_delimited', columns = {columns_option(_COLUMNS)})"
    )
    path.unlink()
    return count


def _write(file: Any, customer: Customer) -> int:
    row = {KEY: customer.metering_point, **{name: getattr(customer, name) for name in CUSTOMER_COLUMNS}}
    return int(file.write(json.dumps(row) + "\n"))
