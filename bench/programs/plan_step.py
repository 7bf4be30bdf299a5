"""Runs one step of the plan in a process of its own, as in a function.

`python -m bench.programs.plan_step ACTION DIRECTORY ENDPOINT EVENT`. `begin`, `scan` and `divide` are the planner's own
handler, with boto3 on the stand-in for DynamoDB. `gather` is the enricher's reading of a shard's customers. S3 is a
folder. Prints `{"answer", "seconds", "peak_mib", "requests", "read_bytes"}`. The last two are S3's.
"""

import json
import sys
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from zoneinfo import ZoneInfo

import boto3

from bench.programs.directory_s3 import DirectoryS3
from bench.programs.own_memory import peak_mib
from domain.days import LocalDay
from domain.shard_tasks import ShardTask
from domain.shards import Shard
from lambdas.runtime.clients import now, retrying

ENRICHED, RUN, TABLE = "enriched", "arn:aws:states:eu-central-1:000000000000:execution:pipeline:bench", "customers"
ZONE = ZoneInfo("Europe/Zagreb")
FUNCTION_SECONDS = 900


class Context:
    """The time that a function has left."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def get_remaining_time_in_millis(self) -> int:
        return int((FUNCTION_SECONDS - (time.monotonic() - self._started)) * 1000)


def main(action: str, directory: str, endpoint: str, event: str) -> None:
    """Runs the step and prints its time and memory."""
    s3 = DirectoryS3(Path(directory))
    given = json.loads(event)
    step = _gather if action == "gather" else _plan
    started = time.perf_counter()
    answer = step(cast("Any", s3), endpoint, {"action": action, "run": RUN, **given})
    seconds = time.perf_counter() - started
    found = {"answer": answer, "seconds": seconds, "peak_mib": peak_mib()}
    print(json.dumps(found | {"requests": s3.requests, "read_bytes": s3.read_bytes}))  # noqa: T201


def _plan(s3: Any, endpoint: str, event: dict[str, Any]) -> dict[str, Any]:
    # Imported here, because the enricher's memory has no part of the planner's.
    from lambdas.planner.environment import Environment  # noqa: PLC0415
    from lambdas.planner.handler import Dependencies, respond  # noqa: PLC0415

    dynamodb = boto3.client(
        "dynamodb",
        config=retrying(10),
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id="bench",
        aws_secret_access_key="bench",  # noqa: S106  the stand-in takes any
    )
    environment = Environment(ENRICHED, TABLE, 4, 36_500, ZONE)
    return respond(event, Context(), Dependencies(environment, s3, dynamodb, cast("Any", None), now))


def _gather(s3: Any, _endpoint: str, event: dict[str, Any]) -> dict[str, Any]:
    from lambdas.enricher.gather_customers import gather_customers  # noqa: PLC0415
    from lambdas.runtime.duck import open_duckdb, parquet  # noqa: PLC0415

    day, shard = LocalDay(date.fromisoformat(event["date"]), ZONE), Shard.from_json(event["shard"])
    task = ShardTask(day, RUN, shard, now())
    with TemporaryDirectory() as directory, open_duckdb(Path(directory), 512) as duck:
        path = gather_customers(task, duck, s3, ENRICHED, Path(directory))
        counted = duck.execute(f"SELECT count(*) FROM {parquet(path)}").fetchone()  # noqa: S608
    return {"customers": counted[0] if counted else 0}


if __name__ == "__main__":
    main(*sys.argv[1:])
