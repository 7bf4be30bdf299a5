"""Keeps the partitions of the readings' table.

It creates the coming 7 days (of UTC) ahead and other days on demand. It drops the days past retention.
"""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, text

from domain.days import LocalDay, local_date
from service.partition_catalog import utc_day
from service.postgres import partitions

logger = logging.getLogger(__name__)

LOCK = 7_302_648_190_453_213
"""The number of the advisory lock for the upkeep. The task that holds the lock does the work."""

DAYS_AHEAD = 7
SECONDS_BETWEEN = 3600.0
SECONDS_AFTER_FAILURE = 60.0


class Retention:
    """Readings are kept for `days` local days before today, and for today."""

    def __init__(self, days: int, zone: ZoneInfo) -> None:
        self.days = days
        self.zone = zone

    def oldest_start(self, now: datetime) -> datetime:
        """Returns the first interval start that is kept at `now` (aware), in UTC. A local day begins there."""
        return LocalDay(local_date(now, self.zone) - timedelta(days=self.days), self.zone).start


class PartitionUpkeep:
    """Keeps the partitions: by `run_once`, and every hour on a thread between `start` and `close`.

    `engine` must not keep connections. Its statements must have time to wait for running queries.
    """

    def __init__(self, engine: Engine, retention: Retention, now: Callable[[], datetime]) -> None:
        self._engine = engine
        self._retention = retention
        self._now = now
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="partition-upkeep", daemon=True)

    def make_room(self, starts: Iterable[datetime]) -> None:
        """Creates the partitions of these interval starts (aware), for readings of days without a partition."""
        with self._engine.begin() as connection:
            # The caller waits. An error is better than the whole time of its request.
            connection.exec_driver_sql("SET LOCAL statement_timeout = '3s'")
            created = partitions.create(connection, map(utc_day, starts))
        if created:
            logger.info("partitions made on demand", extra={"fields": {"days": _texts(created)}})

    def run_once(self) -> None:
        """Creates the days ahead and drops the days past retention, unless another task is doing so."""
        now = self._now()
        with self._engine.connect() as holder:
            if not holder.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}):
                return
            holder.commit()  # the session keeps the lock; an open transaction would block the dropping
            self._create_ahead(now)
            dropped = partitions.drop_before(self._engine, self._retention.oldest_start(now))
        if dropped:
            logger.info("partitions past retention dropped", extra={"fields": {"days": _texts(dropped)}})

    def start(self) -> None:
        """Runs at once and then every hour. After a failure it runs sooner."""
        self._thread.start()

    def close(self) -> None:
        """Stops further runs. It does not wait for a current run, which the next run completes."""
        self._ended.set()

    def _create_ahead(self, now: datetime) -> None:
        today = utc_day(now)
        # Yesterday is included, because its last readings arrive after midnight.
        days = [today + timedelta(days=ahead) for ahead in range(-1, DAYS_AHEAD + 1)]
        with self._engine.begin() as connection:
            created = partitions.create(connection, days)
        if created:
            logger.info("partitions made ahead", extra={"fields": {"days": _texts(created)}})

    def _run(self) -> None:
        pause = 0.0
        while not self._ended.wait(pause):
            try:
                self.run_once()
                pause = SECONDS_BETWEEN
            except Exception:
                logger.exception("the upkeep of partitions failed; it is tried again")
                pause = SECONDS_AFTER_FAILURE


def _texts(days: Iterable[date]) -> list[str]:
    return [str(day) for day in days]
