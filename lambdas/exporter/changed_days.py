"""Finds the days that a catch-up must run: days whose readings have changed since their last run.

| day | run |
|---|---|
| has a publication, and readings arrived since its last run | its changed shards |
| has readings and no publication, is older than yesterday, and an earlier day has a publication | the whole day |

So a missed day needs no notion of its own. Yesterday without a publication belongs to the daily run. Before the first
publication no day is known to have been due, because the system may be new. A day without any reading is not run: it
is no missed day of the pipeline where nobody has sent anything, and `run-missing` reports a daily run that does not
come.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from psycopg2.extensions import connection

from domain.days import LocalDay, local_date
from lambdas.exporter.changed_shards import changed_shards, has_readings
from lambdas.runtime.completed_runs import CompletedRun, read_completed
from lambdas.runtime.day_plan import required_plan
from lambdas.runtime.publications import Publications

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

READERS = 16
"""The record of each day's last run is a small object. They are read at the same time."""


@dataclass(frozen=True)
class Limits:
    """The most days and shards of one catch-up, and the days whose readings are kept."""

    days: int
    shards: int
    retention_days: int


@dataclass(frozen=True)
class DueDay:
    """A day that must run. `shards` is the number of its shards that changed."""

    date: date
    name: str
    shards: int

    def as_json(self) -> dict[str, str]:
        """Returns the day for the state machine, with the name of its execution."""
        return {"date": self.date.isoformat(), "name": self.name}


class Days:
    """The published days of a bucket, and what the database says of them."""

    def __init__(self, postgres: connection, s3: "S3Client", bucket: str, zone: ZoneInfo) -> None:
        self._postgres = postgres
        self._s3 = s3
        self._bucket = bucket
        self._zone = zone

    def due(self, now: datetime, limits: Limits) -> list[DueDay]:
        """Returns the days to run, the newest first, within the limits.

        The last day may exceed the limit of shards, so that a day with more shards than that is run too.
        """
        found: list[DueDay] = []
        shards = 0
        for day in self._all_due(now, limits.retention_days):
            found.append(day)
            shards += day.shards
            if len(found) == limits.days or shards >= limits.shards:
                break
        return found

    def _all_due(self, now: datetime, retention_days: int) -> Iterator[DueDay]:
        today = local_date(now, self._zone)
        oldest, yesterday = today - timedelta(days=retention_days), today - timedelta(days=1)
        published = {day for day in Publications(self._s3, self._bucket).days() if oldest <= day <= yesterday}
        if not published:
            return
        with ThreadPoolExecutor(READERS) as pool:
            ordered = sorted(published)
            read = pool.map(partial(read_completed, self._s3, self._bucket), ordered)
            last_runs = dict(zip(ordered, read, strict=True))
        clock = self._clock()
        day = yesterday
        while day >= min(published):
            if day in published:
                shards = self._changed(day, last_runs[day], clock)
            else:
                is_missed = day < yesterday and has_readings(self._postgres, LocalDay(day, self._zone))
                shards = self._all_shards(max(published)) if is_missed else 0
            if shards:
                yield DueDay(day, _name(day, last_runs.get(day), today), shards)
            day -= timedelta(days=1)

    def _changed(self, day: date, last: CompletedRun | None, clock: datetime) -> int:
        # Where the clock has stepped back, readings may have arrived with times before the last run.
        if last is None or last.as_known_at > clock:
            return self._all_shards(day)
        local = LocalDay(day, self._zone)
        if not changed_shards(self._postgres, local, (), last.as_known_at):
            return 0
        boundaries = required_plan(self._s3, self._bucket, day).boundaries
        return len(changed_shards(self._postgres, local, boundaries, last.as_known_at))

    def _all_shards(self, day: date) -> int:
        return len(required_plan(self._s3, self._bucket, day).boundaries) + 1

    def _clock(self) -> datetime:
        with self._postgres.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            row = cursor.fetchone()
        assert row is not None  # noqa: S101  a SELECT of a function has a row
        clock: datetime = row[0]
        return clock


def _name(day: date, last: CompletedRun | None, today: date) -> str:
    """Returns the name of the execution. AWS starts a second execution with the same name only after 90 days.

    So a day that fails is tried again once a day. A day that succeeds gets another name by the time of that run.
    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    """
    since = f"{last.as_known_at:%Y%m%dT%H%M%S}" if last else "never"
    return f"catch-up-{day}-since-{since}-on-{today}"
