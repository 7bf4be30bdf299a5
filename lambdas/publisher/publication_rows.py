"""Writes a row for each publication to Parquet, so that SQL can ask what the publications of a day changed."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from domain.days import format_instant
from domain.object_keys import publication_rows_key, run_name
from domain.publications import Publication
from lambdas.runtime.duck import open_duckdb
from lambdas.runtime.json_rows import write_rows
from lambdas.runtime.stored_parts import store_part

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "number": "INTEGER",
        "run": "VARCHAR",
        "code": "VARCHAR",
        "rules": "VARCHAR",
        "as_known_at": "TIMESTAMP WITH TIME ZONE",
        "published_at": "TIMESTAMP WITH TIME ZONE",
        "shards": "INTEGER",
        "readings": "BIGINT",
        "metering_points": "BIGINT",
        "readings_without_customer": "BIGINT",
        "estimated": "BIGINT",
        "kwh": "DECIMAL(18,6)",
        "changed_against": "INTEGER",
        "changed_parts": "INTEGER",
        "changed_metering_points": "BIGINT",
        "changed_intervals": "BIGINT",
        "kwh_before": "DECIMAL(18,6)",
    }
)
"""The columns in order, with their types in DuckDB's names. A record has the same facts (docs/pipeline.md).

`kwh_before` and the columns that begin with `changed_` compare with the publication before. They are null for the first
one. 2 of them are null too where the day has new boundaries: `changed_metering_points` and `changed_intervals`.
"""


def publication_row(publication: Publication) -> dict[str, Any]:
    """Returns the row of a publication."""
    change = publication.change
    return {
        "number": publication.number,
        "run": run_name(publication.run),
        "code": publication.code,
        "rules": publication.rules,
        "as_known_at": format_instant(publication.as_known_at),
        "published_at": format_instant(publication.published_at),
        "shards": len(publication.shards),
        "readings": publication.rows,
        "metering_points": publication.metering_points,
        "readings_without_customer": sum(shard.rows_without_customer for shard in publication.shards),
        "estimated": sum(shard.estimated for shard in publication.shards),
        "kwh": publication.kwh,
        "changed_against": change.against if change else None,
        "changed_parts": change.parts if change else None,
        "changed_metering_points": change.metering_points if change else None,
        "changed_intervals": change.intervals if change else None,
        "kwh_before": change.kwh_before if change else None,
    }


def store_publication_row(s3: "S3Client", bucket: str, publication: Publication, memory_mib: int) -> None:
    """Stores the row of a publication. A row that is there already keeps its version."""
    key = publication_rows_key(publication.date, publication.number)
    with TemporaryDirectory(prefix="publisher-") as directory, open_duckdb(Path(directory), memory_mib) as duck:
        path = Path(directory) / "row.parquet"
        write_rows(duck, COLUMNS, [publication_row(publication)], path)
        store_part(s3, bucket, key, path)
