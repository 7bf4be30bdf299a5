"""Names the partitions of the readings' tables, and lists the partitions that exist.

Each partition is a day of UTC. A day of UTC has 24 hours whatever a time zone's rules are or become. A query for a
local day touches 2 or 3 partitions. The functions `make_days` and `drop_oldest_day` of the database make and drop them
(`service.postgres.migrations`).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, text

TABLE = "energy_consumption"

_NAMES = text("""
SELECT child.relname
FROM pg_inherits AS inheritance JOIN pg_class AS child ON child.oid = inheritance.inhrelid
WHERE inheritance.inhparent = CAST(:table AS regclass)
""")


def partition_name(day: date) -> str:
    """Returns the name, for example `energy_consumption_utc_20260329`."""
    return f"{TABLE}_utc_{day:%Y%m%d}"


def bounds(day: date) -> tuple[datetime, datetime]:
    """Returns the first instant of a day of UTC, and the first instant after the day."""
    start = datetime.combine(day, time(), UTC)
    return start, start + timedelta(days=1)


def utc_day(instant: datetime) -> date:
    """Returns the day of UTC of an aware time. Its partition has that day."""
    return instant.astimezone(UTC).date()


def utc_days(start: datetime, end: datetime) -> list[date]:
    """Returns the days of UTC from `start` on, before `end` (aware), for example those of a local day."""
    first, last = utc_day(start), utc_day(end - timedelta(microseconds=1))
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def names(connection: Connection) -> set[str]:
    """Returns the names of the partitions of the current readings."""
    return set(connection.scalars(_NAMES, {"table": TABLE}))


def lacking(connection: Connection, days: Iterable[date]) -> list[date]:
    """Returns the days of `days` (of UTC) without a partition, in order."""
    present = names(connection)
    return [day for day in sorted(set(days)) if partition_name(day) not in present]
