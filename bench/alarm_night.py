"""Makes a night in which every customer has an alarm: the parts of a first publication, and the list of its shards."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from artifacts import tfvars
from bench.pipeline_data import number_at
from bench.programs.directory_s3 import DirectoryS3
from domain.object_keys import customers_part_key, findings_part_key, lock_key
from domain.publications import Part, Publication, PublishedShard
from domain.shards import Shard, shards_between
from lambdas.publisher.keep_plan import plan_keeping
from lambdas.runtime.json_objects import put_json
from lambdas.runtime.publications import Publications
from lambdas.runtime.stored_parts import hash_of

DAY, NOW = date(2026, 11, 3), datetime(2026, 11, 4, 1, 30, tzinfo=UTC)
ENRICHED, RUN = "enriched", "arn:aws:states:eu-central-1:000000000000:execution:pipeline:night"
TABLE_FILE = "alarms.sqlite"
MEMORY_MIB = int(tfvars.value("local", "publisher_memory_mib"))
"""The publisher's memory on a laptop. On AWS it has more."""

OF_SHARD = 7_000
"""The customers of a shard, as the planner divides a day of millions."""

# Of 10 customers 5 are silent, 3 have gaps, 1 has a flat line, and 1 a spike.
_FINDINGS = """
COPY (
    SELECT CAST({first} + i AS VARCHAR) AS billing_metering_point_number,
        CASE WHEN i % 10 < 5 THEN 'MCD' WHEN i % 10 < 8 THEN 'ICD' WHEN i % 10 = 8 THEN 'FLT' ELSE 'SPK' END AS code,
        'alarm' AS severity, 1 AS version, '{{}}' AS parameters,
        CASE WHEN i % 10 < 5 THEN '[]' ELSE
            '["2026-11-03T01:00:00Z", "2026-11-03T01:15:00Z", "2026-11-03T01:30:00Z", "2026-11-03T01:45:00Z"]'
        END AS intervals,
        CASE WHEN i % 10 < 5 THEN '{{"expected_intervals": 96}}'
            WHEN i % 10 < 8 THEN '{{"expected_intervals": 96, "received_intervals": ' || 95 - i % 40
                || ', "missing_intervals": ' || 1 + i % 40 || ', "first_missing_intervals": ["2026-11-03T01:00:00Z"]}}'
            WHEN i % 10 = 8 THEN '{{"kwh": 0.123, "intervals": 24}}'
            ELSE '{{"highest_kwh": 6.1, "third_highest_kwh": 0.55}}' END AS details
    FROM range({count}) AS numbers (i)
) TO '{path}' (FORMAT parquet)
"""
_CUSTOMERS = """
COPY (
    SELECT CAST({first} + i AS VARCHAR) AS billing_metering_point_number, 'Customer ' || i AS name,
        'Ulica ' || i % 977 AS address, 'City ' || i % 127 AS city, 'County ' || i % 21 AS county,
        'customer.' || i || '@example.com' AS email, 'HH' AS type, true AS active, '15' AS interval_lengths,
        '/' AS supply, CAST(NULL AS DOUBLE) AS contracted_kw, i % 5 = 0 AS notify, 'hr' AS language
    FROM range({count}) AS numbers (i)
) TO '{path}' (FORMAT parquet)
"""


@dataclass(frozen=True)
class Night:
    """A folder in place of S3, with the list of the shards whose alarms a run has to keep."""

    folder: Path
    shards: int


def make_night(folder: Path, customers: int) -> Night:
    """Makes the parts of so many customers, their publication, and the list."""
    s3: Any = DirectoryS3(folder)
    boundaries = tuple(number_at(index) for index in range(OF_SHARD, customers, OF_SHARD))
    with duckdb.connect() as duck:
        shards = tuple(_shards(duck, s3, shards_between(boundaries), customers))
    publication = Publication(DAY, 1, RUN, "bench", "bench", NOW, NOW, 4, boundaries, shards)
    Publications(s3, ENRICHED).add(publication)
    put_json(s3, ENRICHED, lock_key(DAY), {"run": RUN})
    return Night(folder, plan_keeping(s3, ENRICHED, publication, RUN))


def _shards(duck: Any, s3: Any, shards: list[Shard], customers: int) -> Iterator[PublishedShard]:
    for shard in shards:
        first = shard.number * OF_SHARD
        count = min(OF_SHARD, customers - first)
        parts = {}
        for kind, key, query in (
            ("findings", findings_part_key(DAY, shard.number), _FINDINGS),
            ("customers", customers_part_key(DAY, shard.number), _CUSTOMERS),
        ):
            path = s3.path(ENRICHED, key)
            path.parent.mkdir(parents=True, exist_ok=True)
            duck.execute(query.format(first=number_at(first), count=count, path=path))
            parts[kind] = Part(key, "v1", hash_of(path), count, count, "0.000000", "bench")
        empty = Part("", "v1", "", 0, 0, "0.000000", "bench")
        yield PublishedShard(shard.number, empty, empty, parts["customers"], parts["findings"], empty, 0)
