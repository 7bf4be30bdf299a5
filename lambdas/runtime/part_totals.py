"""Counts what is in a part."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from domain.publications import Part
from lambdas.runtime.duck import parquet
from lambdas.runtime.stored_parts import Stored

WRITTEN_BY = f"duckdb {duckdb.__version__}"
NOTHING = "0.000000"
_NUMBER = "billing_metering_point_number"


@dataclass(frozen=True)
class Totals:
    """The rows and metering points of a part, and its consumption in kWh, exact."""

    rows: int
    metering_points: int
    kwh: str

    def part(self, key: str, stored: Stored) -> Part:
        """Returns the part of these totals."""
        assert stored.sha256 is not None  # noqa: S101  `store_part` returns it
        return Part(
            key, stored.version_id, stored.sha256, self.rows, self.metering_points, self.kwh, written_by=WRITTEN_BY
        )


def totals(
    duck: duckdb.DuckDBPyConnection, path: Path, *, kwh: str | None = "consumption_kwh", where: str = "true"
) -> Totals:
    """Returns the totals of the rows of a part that meet `where`. These are in the order of the numbers.

    `kwh` is the part's column of energy, if any. The sum of DECIMALs is exact:
    https://duckdb.org/docs/stable/sql/data_types/numeric#fixed-point-decimals
    """
    # The rows are in the order of the numbers. To count the changes of the number needs no memory.
    former = f"lag({_NUMBER}, 1, '') OVER ()"
    counted = duck.execute(
        f"SELECT count(*), count(*) FILTER (next), CAST(coalesce(sum(kwh), {NOTHING}) AS VARCHAR)"  # noqa: S608
        f" FROM (SELECT {_NUMBER} <> {former} AS next, {kwh or NOTHING} AS kwh FROM {parquet(path)} WHERE {where})"
    ).fetchone()
    rows, metering_points, energy = counted or (0, 0, NOTHING)
    return Totals(int(rows), int(metering_points), str(energy))
