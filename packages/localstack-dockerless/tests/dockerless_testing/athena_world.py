"""Makes a workgroup, a database and tables of Parquet for tests of Athena, and runs queries."""

import io
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from dockerless_testing.emulator import REGION, Emulator
from dockerless_testing.waiting import wait_until

PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}
COLUMNS = {
    "number": "string", "kwh": "double", "starts": "timestamp", "place": "int", "city": "string",
    "codes": "array<string>", "later": "bigint",
}  # fmt: skip
READINGS = """
    SELECT 'M' || i AS number, CAST(i * 0.5 AS DOUBLE) AS kwh, CAST(i AS INTEGER) AS place,
        TIMESTAMPTZ '{day} 00:00:00+00' + to_minutes(15 * i) AS starts,
        CASE WHEN i % 2 = 0 THEN 'Split' END AS city, ['A', 'B'] AS codes
    FROM range(10) AS t(i)
"""
DAYS = [f"2024-01-0{day}" for day in range(1, 6)]


class AthenaWorld:
    """Holds the names of one test module's resources. `client` is the operator's, unless a test gives another one."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.name = f"athena{uuid.uuid4().hex[:10]}"
        self.data, self.results = f"{self.name}-data", f"{self.name}-results"
        self.s3, self.glue, self.athena = (emulator.client(name) for name in ("s3", "glue", "athena"))

    def make(self) -> None:
        """Makes the buckets, the workgroup, the database and the projected table `readings`, with 5 days."""
        for bucket in (self.data, self.results):
            self.s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.athena.create_work_group(
            Name=self.name,
            Configuration={"ResultConfiguration": {"OutputLocation": f"s3://{self.results}/queries/"}},
        )
        self.glue.create_database(DatabaseInput={"Name": self.name})
        for day in DAYS:
            self.put(f"readings/date={day}/part-00000.parquet", READINGS.format(day=day))
        projection = {"type": "date", "format": "yyyy-MM-dd", "range": "2024-01-01,NOW"}
        self.table("readings", COLUMNS, {"date": "string"}, {"date": projection})

    def put(self, key: str, query: str) -> int:
        """Writes the result of DuckDB's `query` as Parquet. Returns its bytes."""
        with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
            file = Path(folder) / "part.parquet"
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
            content = file.read_bytes()
        self.s3.put_object(Bucket=self.data, Key=key, Body=io.BytesIO(content))
        return len(content)

    def table(
        self,
        name: str,
        columns: dict[str, str],
        keys: dict[str, str] | None = None,
        projection: dict[str, dict[str, str]] | None = None,
        template: str = "",
    ) -> None:
        """Makes a table at the folder of its name. `projection` has the settings of each partition column."""
        parameters = {"classification": "parquet"}
        if projection:
            parameters["projection.enabled"] = "true"
            for key, settings in projection.items():
                parameters |= {f"projection.{key}.{setting}": value for setting, value in settings.items()}
        if template:
            parameters["storage.location.template"] = f"s3://{self.data}/{template}"
        storage = {**PARQUET, "Location": f"s3://{self.data}/{name}/", "Columns": _columns(columns)}
        self.glue.create_table(
            DatabaseName=self.name,
            TableInput={
                "Name": name,
                "TableType": "EXTERNAL_TABLE",
                "Parameters": parameters,
                "PartitionKeys": _columns(keys or {}),
                "StorageDescriptor": storage,
            },
        )

    def start(self, sql: str, client: Any = None, **more: Any) -> str:
        """Starts a query and returns its id."""
        started = (client or self.athena).start_query_execution(
            QueryString=sql, **{"WorkGroup": self.name, "QueryExecutionContext": {"Database": self.name}, **more}
        )
        return str(started["QueryExecutionId"])

    def ended(self, identifier: str, client: Any = None) -> Any:
        """Returns the execution after its end."""

        def over() -> Any:
            execution = (client or self.athena).get_query_execution(QueryExecutionId=identifier)["QueryExecution"]
            return execution if execution["Status"]["State"] not in ("QUEUED", "RUNNING") else None

        return wait_until(over, 30, f"the query {identifier}", interval=0.02)

    def run(self, sql: str, client: Any = None, **more: Any) -> Any:
        return self.ended(self.start(sql, client, **more), client)

    def failure(self, sql: str, client: Any = None, **more: Any) -> str:
        """Returns the reason of a query that must fail."""
        status = self.run(sql, client, **more)["Status"]
        assert status["State"] == "FAILED", status
        assert status["AthenaError"]["ErrorMessage"] == status["StateChangeReason"]
        return str(status["StateChangeReason"])

    def rows(self, sql: str, client: Any = None, **more: Any) -> list[list[str | None]]:
        """Returns the rows of a query that must succeed, without the headings."""
        return self.table_of(sql, client, **more)[1:]

    def table_of(self, sql: str, client: Any = None, **more: Any) -> list[list[str | None]]:
        """Returns the headings and the rows."""
        execution = self.run(sql, client, **more)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        pages = (client or self.athena).get_paginator("get_query_results")
        found = pages.paginate(QueryExecutionId=execution["QueryExecutionId"])
        return [
            [each.get("VarCharValue") for each in row["Data"]] for page in found for row in page["ResultSet"]["Rows"]
        ]

    def rows_of_text(self, sql: str) -> list[list[str | None]]:
        """Returns the rows of SHOW or DESCRIBE, which have no headings."""
        return self.table_of(sql)

    def remove(self) -> None:
        self.glue.delete_database(Name=self.name)
        self.athena.delete_work_group(WorkGroup=self.name, RecursiveDeleteOption=True)
        for bucket in (self.data, self.results):
            for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for each in page.get("Contents", ()):
                    self.s3.delete_object(Bucket=bucket, Key=each["Key"])
            self.s3.delete_bucket(Bucket=bucket)


@contextmanager
def athena_world(emulator: Emulator) -> Iterator[AthenaWorld]:
    """Yields a world and removes it."""
    made = AthenaWorld(emulator)
    made.make()
    try:
        yield made
    finally:
        made.remove()


def _columns(columns: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Type": kind} for name, kind in columns.items()]
