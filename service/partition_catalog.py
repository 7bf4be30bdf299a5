"""Lists the partitions that the readings' table has, from Postgres's catalog, and the partitions that it should have.

Each partition is a day of UTC. A day of UTC has 24 hours whatever a time zone's rules are or become. So partitions that
were made under different rules do not overlap and leave no hole. A query for a local day touches 2 or 3 partitions.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection, text

TABLE = "energy_consumption"

# Releases before this one made `energy_consumption_YYYYMMDD`, a local day by the zone's rules of the time.
_NAME = re.compile(rf"{TABLE}_(utc_)?(?P<day>[0-9]{{8}})(_rest)*")

# The server writes and reads the bounds in the same session, so the session's settings do not matter.
_ATTACHED = text(r"""
SELECT name, CAST(bounds[1] AS timestamptz) AS start, CAST(bounds[2] AS timestamptz) AS end, detaching
FROM (
    SELECT child.relname AS name, inheritance.inhdetachpending AS detaching,
        regexp_match(pg_get_expr(child.relpartbound, child.oid), 'FROM \(''(.*)''\) TO \(''(.*)''\)') AS bounds
    FROM pg_inherits AS inheritance JOIN pg_class AS child ON child.oid = inheritance.inhrelid
    WHERE inheritance.inhparent = CAST(:table AS regclass) AND child.relname !~ :passed_over
) AS partition
ORDER BY start
""")

_NAMES = text("""
SELECT child.relname
FROM pg_inherits AS inheritance JOIN pg_class AS child ON child.oid = inheritance.inhrelid
WHERE inheritance.inhparent = CAST(:table AS regclass)
""")

_NAMED = text("""
SELECT relname FROM pg_class
WHERE relnamespace = (SELECT relnamespace FROM pg_class WHERE oid = CAST(:table AS regclass))
    AND relkind = 'r' AND starts_with(relname, :table || '_')
""")


@dataclass(frozen=True)
class Partition:
    """A partition with its bounds (aware, the end exclusive), and whether its removal has begun."""

    name: str
    start: datetime
    end: datetime
    detaching: bool = False

    def overlaps(self, start: datetime, end: datetime) -> bool:
        """Returns whether the partition has an instant from `start` on and before `end`."""
        return self.start < end and start < self.end


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


def attached(connection: Connection) -> list[Partition]:
    """Returns the partitions in the order of their bounds."""
    return _attached(connection, passed_over="^$")


def not_named_for_utc(connection: Connection) -> list[Partition]:
    """Returns only the partitions of earlier releases. That is fast: to read the bounds of a partition costs 0.1 ms."""
    return _attached(connection, passed_over=f"^{TABLE}_utc_[0-9]{{8}}$")


def names(connection: Connection) -> set[str]:
    """Returns the partitions' names."""
    return set(connection.scalars(_NAMES, {"table": TABLE}))


def cut_off(connection: Connection, oldest: datetime) -> list[str]:
    """Returns the tables whose removal was interrupted after they were detached, of days before `oldest`."""
    found = set(connection.scalars(_NAMED, {"table": TABLE})) - names(connection)
    return sorted(name for name in found if _is_past(name, oldest))


def attach(connection: Connection, name: str, start: datetime, end: datetime) -> None:
    """Attaches a table as the partition with these bounds."""
    connection.exec_driver_sql(
        f"ALTER TABLE {TABLE} ATTACH PARTITION {name} FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
    )


def create_table(connection: Connection, name: str) -> None:
    """Creates an empty table that can become a partition. It replaces a table whose removal was interrupted."""
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    connection.exec_driver_sql(f"CREATE TABLE {name} (LIKE {TABLE} INCLUDING ALL)")


def _attached(connection: Connection, passed_over: str) -> list[Partition]:
    found = connection.execute(_ATTACHED, {"table": TABLE, "passed_over": passed_over})
    return [Partition(*row) for row in found]


def _is_past(name: str, oldest: datetime) -> bool:
    match = _NAME.fullmatch(name)
    if match is None:
        return False
    _, end = bounds(date.fromisoformat(match["day"]))
    return end + timedelta(days=1) <= oldest  # a local day may end up to half a day after the day of UTC
