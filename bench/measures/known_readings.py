"""Measures what a page of readings costs as it was known at an earlier instant."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bench.figures import interleaved
from bench.measure import Row, at_most
from bench.pipeline_data import DAY, ZONE, engine_of, readings_database
from bench.world import World
from domain.days import LocalDay
from domain.intervals import interval_starts
from service.partition_catalog import utc_days
from service.postgres import partitions
from service.readings.batch import Batch
from service.readings.page_query import LARGEST_PAGE
from service.readings.parser import Reading
from service.readings.repository import ReadingsRepository

DAYS = 30
VERSIONS = 3
METERING_POINT = "DE0001234567890000000000000000001"

_STARTS = [
    start for back in range(DAYS, 0, -1) for start in interval_starts(LocalDay(DAY - timedelta(days=back), ZONE))
]


def rows(world: World) -> Iterator[Row]:
    """Yields the time of a read of 30 days as known before the last version, against the plain read."""
    with readings_database(world, "bench_known") as url:
        repository = ReadingsRepository(engine_of(url))
        with engine_of(url).begin() as connection:
            partitions.create(connection, utc_days(_STARTS[0], _STARTS[-1] + timedelta(minutes=15)))
        known_at = _store_versions(repository)
        subjects = {
            "known": lambda: _median_ms(world, lambda: _read(repository, known_at)),
            "plain": lambda: _median_ms(world, lambda: _read(repository, None)),
        }
        figures = interleaved(world.pick(7, quick=3), subjects, "ms")
    yield Row.ratio(
        f"p50 of {DAYS} days of a metering point as known at an instant, {VERSIONS} versions of each reading",
        figures["known"],
        against="the same days as they are",
        reference=figures["plain"],
        target=at_most(3),
    )


def _store_versions(repository: ReadingsRepository) -> datetime:
    """Stores every version. Returns an instant before the last one arrived."""
    known_at = datetime.now(UTC)
    for version in range(VERSIONS):
        known_at = datetime.now(UTC)
        for first in range(0, len(_STARTS), LARGEST_PAGE):
            readings = [Reading(start, Decimal(version)) for start in _STARTS[first : first + LARGEST_PAGE]]
            reported = LocalDay(DAY, ZONE).start + timedelta(hours=version)
            repository.store(Batch(METERING_POINT, readings, reported_at=reported))
    return known_at


def _read(repository: ReadingsRepository, known_at: datetime | None) -> None:
    found, start, end = 0, _STARTS[0], _STARTS[-1] + timedelta(minutes=15)
    while page := repository.page(METERING_POINT, start, end, LARGEST_PAGE, known_at):
        found += len(page)
        start = page[-1].interval_start + timedelta(minutes=15)
    if found != len(_STARTS):
        raise RuntimeError(f"{found} of {len(_STARTS)} readings were read")


def _median_ms(world: World, read: Callable[[], None]) -> float:
    taken = []
    for _ in range(world.pick(40, quick=5)):
        started = time.perf_counter()
        read()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)
