"""Takes a snapshot of the customers, in the order of their numbers, and writes a Parquet file for each shard."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from domain.customer_rows import COLUMNS, row_of
from domain.customers import KEY
from domain.shards import Shard
from lambdas.planner.set_aside import SetAside
from lambdas.runtime.customers_table import scan_customers
from lambdas.runtime.duck import columns_option, literal, parquet, write_parquet

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NO_CUSTOMERS = "0"
"""The boundary between the shards of a table without customers."""


class CustomerSnapshot:
    """The customers of one moment, in a file in the folder `scratch`."""

    def __init__(self, duck: duckdb.DuckDBPyConnection, path: Path, count: int, set_aside: SetAside) -> None:
        self._duck = duck
        self._path = path
        self.count = count
        self.set_aside = set_aside

    @classmethod
    def take(
        cls, duck: duckdb.DuckDBPyConnection, client: "DynamoDBClient", table: str, scratch: Path
    ) -> "CustomerSnapshot":
        """Reads the table once. Raises `NoUsableCustomers`, and DynamoDB's own errors."""
        set_aside = SetAside()
        lines, path = scratch / "customers.ndjson", scratch / "customers.parquet"
        with lines.open("w", encoding="utf-8") as file:
            for customer in scan_customers(client, table, set_aside.add):
                file.write(json.dumps(row_of(customer)) + "\n")
        source = f"read_json({literal(lines)}, format = 'newline_delimited', columns = {columns_option(COLUMNS)})"
        count = write_parquet(duck, f"SELECT * FROM {source} ORDER BY {KEY}", path)  # noqa: S608
        lines.unlink()
        set_aside.require_others(count)
        return cls(duck, path, count, set_aside)

    def boundaries(self, shards: int) -> list[str]:
        """Returns the numbers that divide the customers into `shards` whose sizes differ by at most 1."""
        wanted = [self.count * shard // shards for shard in range(1, shards)]
        if not self.count:
            return [NO_CUSTOMERS for _ in wanted]
        at = self._duck.execute(
            f"SELECT file_row_number, {KEY} FROM read_parquet({literal(self._path)}, file_row_number = true)"  # noqa: S608
            " WHERE list_contains($rows, file_row_number)",
            {"rows": wanted},
        ).fetchall()
        numbers = dict(at)
        return [numbers[row] for row in wanted]

    def write(self, shard: Shard, path: Path) -> int:
        """Writes the shard's customers. Returns their number."""
        mine = f"{KEY} >= {literal(shard.first)} AND {KEY} < {literal(shard.end)}"
        return write_parquet(self._duck, f"SELECT * FROM {parquet(self._path)} WHERE {mine}", path)  # noqa: S608
