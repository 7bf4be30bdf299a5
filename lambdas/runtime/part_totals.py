"""Counts what is in a part, and compares a part with its former version."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from domain.publications import Difference, Part
from domain.readings import EXPORTED_COLUMNS
from lambdas.runtime.duck import parquet
from lambdas.runtime.stored_parts import Stored

WRITTEN_BY = f"duckdb {duckdb.__version__}"
NOTHING = "0.000000"
_ARRIVAL = {"reported_at", "received_at"}
_KEY = ("billing_metering_point_number", "interval_start")
_COMPARED = ", ".join(name for name in EXPORTED_COLUMNS if name not in {*_KEY, *_ARRIVAL})


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


def totals(duck: duckdb.DuckDBPyConnection, path: Path) -> Totals:
    """Returns the totals of a part of readings. The sum of DECIMALs is exact.

    https://duckdb.org/docs/stable/sql/data_types/numeric#fixed-point-decimals
    """
    # The rows are in the order of the numbers. To count the changes of the number needs no memory.
    former = f"lag({_KEY[0]}, 1, '') OVER ()"
    counted = duck.execute(
        f"SELECT count(*), count(*) FILTER (next), CAST(coalesce(sum(kwh), 0) AS VARCHAR)"  # noqa: S608
        f" FROM (SELECT {_KEY[0]} <> {former} AS next, consumption_kwh AS kwh FROM {parquet(path)})"
    ).fetchone()
    rows, metering_points, kwh = counted or (0, 0, NOTHING)
    return Totals(int(rows), int(metering_points), str(kwh))


def difference(duck: duckdb.DuckDBPyConnection, before: Path, after: Path) -> Difference:
    """Counts the intervals that were added, removed or got other values, and their metering points.

    Times of arrival are not values. The values are compared by a 64-bit hash, which takes a tenth of their memory.
    """

    def rows(path: Path) -> str:
        return f"(SELECT {', '.join(_KEY)}, hash({_COMPARED}) AS content FROM {parquet(path)})"  # noqa: S608

    counted = duck.execute(
        f"SELECT count(*), count(DISTINCT {_KEY[0]})"  # noqa: S608
        f" FROM {rows(before)} AS former FULL JOIN {rows(after)} AS later USING ({', '.join(_KEY)})"
        " WHERE former.content IS DISTINCT FROM later.content"
    ).fetchone()
    intervals, metering_points = counted or (0, 0)
    return Difference(int(metering_points), int(intervals), totals(duck, before).kwh, totals(duck, after).kwh)
