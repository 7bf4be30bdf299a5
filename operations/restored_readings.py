"""Compares the readings of a database before its loss and after its restore.

`service.restore.listing` makes the 2 lists.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from lambdas.runtime.duck import columns_option, literal, open_duckdb

MEMORY_MIB = 4096
_COLUMNS = {
    "kind": "VARCHAR",
    "number": "VARCHAR",
    "interval_start": "TIMESTAMP WITH TIME ZONE",
    "received_at": "TIMESTAMP WITH TIME ZONE",
    "hash": "BIGINT",
}


@dataclass(frozen=True)
class Loss:
    """What a restored database lacks. A version is a reading as one message reported it.

    `lost` are versions that were current, and `lost_replaced` are versions that were replaced already. `first` and
    `last` are the arrivals of the lost ones. `wrong` are lost versions that had arrived before the snapshot: there must
    be none.
    """

    readings: int
    lost: int
    lost_replaced: int
    wrong: int
    first: datetime | None
    last: datetime | None


def compare(before: Path, after: Path, taken_at: datetime) -> Loss:
    """Compares 2 lists. `taken_at` is the time of the snapshot."""
    with TemporaryDirectory(prefix="restored-") as folder, open_duckdb(Path(folder), MEMORY_MIB) as duck:
        duck.execute(f"CREATE TABLE lost AS {_LOST.format(before=_rows(before), after=_rows(after))}")
        counted = duck.execute(f"SELECT count(*) FILTER (WHERE kind = 'current') FROM {_rows(before)}").fetchone()  # noqa: S608
        found = duck.execute(
            "SELECT count(*) FILTER (WHERE kind = 'current'), count(*) FILTER (WHERE kind = 'replaced'),"
            " count(*) FILTER (WHERE received_at < $1), epoch_us(min(received_at)), epoch_us(max(received_at))"
            " FROM lost",
            [taken_at],
        ).fetchone()
    assert counted and found  # noqa: S101, PT018 -- counts always have a row
    current, replaced, wrong, first, last = found
    return Loss(int(counted[0]), int(current), int(replaced), int(wrong), _instant(first), _instant(last))


# A version that was current may be a replaced one now, where a later version has come. Then it is not lost.
_LOST = """
SELECT * FROM {before} AS had WHERE NOT EXISTS (
    SELECT 1 FROM {after} AS has WHERE has.number = had.number AND has.interval_start = had.interval_start
        AND has.received_at = had.received_at AND has.hash = had.hash
)
"""


def _rows(path: Path) -> str:
    options = f"auto_detect = false, header = false, columns = {columns_option(_COLUMNS)}"
    return f"read_csv({literal(path)}, {options})"


def _instant(microseconds: int | None) -> datetime | None:
    return None if microseconds is None else datetime.fromtimestamp(microseconds / 1e6, UTC)
