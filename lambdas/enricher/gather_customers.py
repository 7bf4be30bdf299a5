"""Gathers a shard's customers from the parts of all segments, in one Parquet file.

Each part holds customers of all shards, because DynamoDB divides a scan by the hash of the key. So a shard reads a
range of each part, once. The enricher stores the file as a part of the publication, which the next step reads.
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from heapq import merge
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from domain.customer_rows import COLUMNS
from domain.object_keys import customer_index_key, customer_part_key, customer_parts_key
from domain.shard_tasks import ShardTask
from lambdas.runtime.customer_parts import read_range
from lambdas.runtime.duck import columns_option, literal, write_parquet
from lambdas.runtime.json_objects import get_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_AT_ONCE = 8
_LONGEST_ROW = 2_000_000
"""An item of DynamoDB has at most 400 KB. A character of 2 bytes is 6 bytes of JSON here.

DuckDB's reader holds buffers of twice this size for each thread. Its default of 16 MiB takes 50 MiB of the function's
memory. Rows passed as parameters instead take a millisecond each, because DuckDB then looks for pandas at every value.
"""


def gather_customers(
    task: ShardTask, duck: duckdb.DuckDBPyConnection, s3: "S3Client", bucket: str, scratch: Path
) -> Path:
    """Writes the shard's customers in order to a file, and returns it. The same customers give the same bytes.

    Memory holds the shard's customers as text. Raises `ObjectMissingError`, `CustomerPartError`, and S3's own errors.
    """
    lines, path = scratch / "customers.ndjson", scratch / "customers.parquet"
    parts: list[str] = get_json(s3, bucket, customer_parts_key(task.date, task.run))
    read = partial(_read_part, task, s3, bucket)
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool, lines.open("w", encoding="ascii") as file:
        for line in merge(*pool.map(read, parts)):
            file.write(line.partition("\t")[2])
    write_parquet(duck, _rows(lines), path)
    lines.unlink()
    return path


def _read_part(task: ShardTask, s3: "S3Client", bucket: str, name: str) -> list[str]:
    part, index = customer_part_key(task.date, task.run, name), customer_index_key(task.date, task.run, name)
    return read_range(s3, bucket, part, index, task.shard)


def _rows(lines: Path) -> str:
    options = f"format = 'newline_delimited', maximum_object_size = {_LONGEST_ROW}, columns = {columns_option(COLUMNS)}"
    return f"SELECT * FROM read_json({literal(lines)}, {options})"  # noqa: S608
