"""The first step acquires the day for the run, decides the shards and stores each shard's customers."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from domain.object_keys import PARQUET, customers_key
from lambdas.planner.acquire_day import acquire_day
from lambdas.planner.customer_snapshot import CustomerSnapshot
from lambdas.planner.shard_plan import planned_shards, shard_count
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.day_objects import put_file
from lambdas.runtime.duck import open_duckdb

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_stepfunctions import SFNClient


@dataclass(frozen=True)
class Sources:
    """The clients and the table that a run is planned from, and the bucket of the plan."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    steps: "SFNClient"
    bucket: str
    customers_table: str


def plan_run(day: date, run: str, sources: Sources, *, shards: int, memory_mib: int) -> dict[str, Any]:
    """Acquires the day, decides its shards (at least `shards`) and stores each shard's customers.

    A customer whose item cannot be read is set aside. Returns `{"date", "customers", "set_aside": {"customers",
    "subject", "message"}}`. The plan of the day has the shards. Raises `DateLocked`, `NoUsableCustomers`,
    `ShardPlanError`, and AWS's own errors.
    """
    acquire_day(DayLock(sources.s3, sources.bucket), sources.steps, day, run)
    with TemporaryDirectory(prefix="planner-") as directory, open_duckdb(Path(directory), memory_mib) as duck:
        scratch = Path(directory)
        snapshot = CustomerSnapshot.take(duck, sources.dynamodb, sources.customers_table, scratch)
        count = shard_count(snapshot.count, shards)
        planned = planned_shards(sources.s3, sources.bucket, day, shards, lambda: snapshot.boundaries(count))
        for shard in planned:
            path = scratch / f"{shard.number}.parquet"
            snapshot.write(shard, path)
            put_file(sources.s3, sources.bucket, customers_key(day, run, shard.number), path, PARQUET)
            path.unlink()
    return {
        "date": day.isoformat(),
        "customers": snapshot.count,
        "set_aside": snapshot.set_aside.notice(day, sources.customers_table),
    }
