"""Runs one step of the pipeline for one shard, in a process of its own, as in a function.

`python -m bench.programs.pipeline_step export|enrich|find DIRECTORY DATE MEMORY_MIB NUMBER FIRST END`, for the export
with `DATABASE_URL`; the last three are the shard. Prints `{"answer", "seconds", "peak_mib"}`; the peak is the whole
process's.
"""

import json
import os
import sys
import time
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import boto3  # noqa: F401  as in the function, whose memory it is a part of
import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ, connection

from bench.programs.directory_s3 import DirectoryS3
from bench.programs.own_memory import peak_mib
from domain.days import LocalDay
from domain.shard_tasks import ShardTask
from domain.shards import Shard
from lambdas.alerting.logic import find_alarms
from lambdas.enricher.logic import enrich_shard
from lambdas.exporter.database import session_options
from lambdas.exporter.logic import Buckets, export_shard
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.earlier_days import write_earlier_days

EXPORTED, ENRICHED, RUN = "exported", "enriched", "run"
ZONE = ZoneInfo("Europe/Zagreb")


def main(step: str, directory: str, day: str, memory: str, *shard: str) -> None:
    """Runs the step and prints its time and memory."""
    number, first, end = shard
    s3 = cast("Any", DirectoryS3(Path(directory)))
    task = ShardTask(LocalDay(date.fromisoformat(day), ZONE), RUN, Shard(int(number), first, end), datetime.now(UTC))
    lock = DayLock(s3, ENRICHED)
    if lock.holder(task.date) is None:
        lock.acquire(task.date, RUN, None)
    write_earlier_days(s3, ENRICHED, task.date, RUN, [task.shard])
    steps = {
        "export": partial(export_shard, task, _connect, Buckets(s3, EXPORTED, ENRICHED), memory_mib=int(memory)),
        "enrich": partial(
            enrich_shard, task, s3, exported_bucket=EXPORTED, enriched_bucket=ENRICHED, memory_mib=int(memory)
        ),
        "find": partial(find_alarms, task, s3, bucket=ENRICHED, memory_mib=int(memory)),
    }
    started = time.perf_counter()
    answer = steps[step]()
    seconds = time.perf_counter() - started
    print(json.dumps({"answer": answer, "seconds": seconds, "peak_mib": peak_mib()}))  # noqa: T201


def _connect() -> connection:
    opened = psycopg2.connect(os.environ["DATABASE_URL"], options=session_options(600_000))
    opened.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
    return opened


if __name__ == "__main__":
    main(*sys.argv[1:])
