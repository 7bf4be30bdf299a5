"""Makes and drops the partitions of the readings and of their history, by the database's own functions.

The service's role does not own the tables. The functions run with the owner's rights, and do nothing but this:
`make_days` makes days, and `drop_oldest_day` drops a day that is past the retention that the database knows.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import Connection, Engine, text

from service.partition_catalog import lacking

_MAKE = text("SELECT make_days(CAST(:days AS date[]))")
_DROP = text("SELECT drop_oldest_day(:oldest)")


def create(connection: Connection, days: Iterable[date]) -> list[date]:
    """Makes the missing partitions of `days` (of UTC) in the connection's transaction. Returns the days it made.

    Readers and writers of the tables do not wait for it.
    """
    missing = lacking(connection, days)
    if not missing:
        return []
    return list(connection.scalars(_MAKE, {"days": missing}))


def drop_before(engine: Engine, oldest: datetime) -> list[date]:
    """Drops the days that end by `oldest` (aware) and are past the retention. Returns them.

    Each day is one transaction. Raises the driver's error where a query holds a day for more than 1 s.
    """
    dropped: list[date] = []
    while True:
        with engine.begin() as connection:
            day = connection.scalar(_DROP, {"oldest": oldest})
        if day is None:
            return dropped
        dropped.append(day)
