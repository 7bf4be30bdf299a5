"""Gathers a shard's customers from the parts of all segments, in one Parquet file.

Each part holds customers of all shards, because DynamoDB divides a scan by the hash of the key. So a shard reads a
range of each part, once. The enricher stores the file as a part of the publication, which the next step reads.
"""

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from heapq import merge
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from domain.customer_rows import COLUMNS
from domain.object_keys import customer_index_key, customer_part_key, customer_parts_key
from domain.shard_tasks import ShardTask
from lambdas.runtime.customer_parts import read_range, row_of
from lambdas.runtime.duck import write_parquet
from lambdas.runtime.json_objects import get_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_AT_ONCE = 8
_BATCH = 1_000


def gather_customers(
    task: ShardTask, duck: duckdb.DuckDBPyConnection, s3: "S3Client", bucket: str, scratch: Path
) -> Path:
    """Writes the shard's customers in order to a file, and returns it. The same customers give the same bytes.

    Memory holds the shard's customers as text. Raises `ObjectMissingError`, `CustomerPartError`, and S3's own errors.
    """
    parts: list[str] = get_json(s3, bucket, customer_parts_key(task.date, task.run))
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        lines = merge(*pool.map(partial(_read_part, task, s3, bucket), parts))
    path = scratch / "customers.parquet"
    _write(duck, lines, path)
    return path


def _read_part(task: ShardTask, s3: "S3Client", bucket: str, name: str) -> list[str]:
    part, index = customer_part_key(task.date, task.run, name), customer_index_key(task.date, task.run, name)
    return read_range(s3, bucket, part, index, task.shard)


def _write(duck: duckdb.DuckDBPyConnection, lines: Iterable[str], path: Path) -> None:
    """Writes the rows of the lines in their order. DuckDB's reader of JSON would hold buffers of 50 MiB for them."""
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    duck.execute(f"CREATE TEMP TABLE gathered ({columns})")
    values = ", ".join("unnest(?)" for _ in COLUMNS)
    for batch in batched(lines, _BATCH, strict=False):
        rows = [json.loads(row_of(line)) for line in batch]
        duck.execute(f"INSERT INTO gathered SELECT {values}", [[row[name] for row in rows] for name in COLUMNS])
    write_parquet(duck, "FROM gathered", path)
    duck.execute("DROP TABLE gathered")
