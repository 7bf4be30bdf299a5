"""Partitions of local days, as earlier releases made them, become days of UTC without the loss of a reading."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from dockerless_testing.waiting import wait_until
from domain.days import LocalDay
from service.partition_catalog import TABLE, attached, bounds, partition_name, utc_day
from service.postgres import connections, migrations, partitions
from service.readings.parser import Reading
from service.readings.repository import ReadingsRepository, StoredCounts
from service.settings import Settings

ALL = text("SELECT * FROM energy_consumption ORDER BY billing_metering_point_number, sample_time")
FIRST = date(2026, 10, 24)  # the day before the clocks go back, in Europe
HOUR = timedelta(hours=1)
Bounds = tuple[datetime, datetime]


def local_days(key: str, days: int = 3, first: date = FIRST) -> list[Bounds]:
    """The bounds of some local days of a zone."""
    found = [LocalDay(first + timedelta(days=number), ZoneInfo(key)) for number in range(days)]
    return [(day.start, day.end) for day in found]


def with_rules_changed(change: timedelta) -> list[Bounds]:
    """Days made ahead under one set of rules, then further ones under another: an hour of none, or of two days."""
    former, latter = local_days("Etc/GMT-2"), local_days("Etc/GMT-2", first=FIRST + timedelta(days=3))
    return former + [(start + change, end + change) for start, end in latter]


# Two that overlap cannot both be attached: the second day's partition then failed, and the one after it was made.
LAYOUTS: dict[str, list[Bounds]] = {
    "east of UTC, clocks going back": local_days("Europe/Zagreb"),
    "west of UTC": local_days("America/Mexico_City"),
    "the far east": local_days("Pacific/Kiritimati"),
    "the far west": local_days("Etc/GMT+12"),
    "half an hour's offset": local_days("Asia/Kolkata"),
    "UTC, whose days they are already": local_days("UTC"),
    "a hole of an hour between two days": with_rules_changed(HOUR),
    "a day that is lacking, since it would have overlapped": [
        each for number, each in enumerate(with_rules_changed(-HOUR)) if number != 3
    ],
    "a day that holds a whole one of UTC and more on both sides": [
        (datetime(2026, 10, 23, 23, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC))
    ],
}


@pytest.fixture
def engine(empty_database: Settings) -> Engine:
    """An engine on a database with the schema of the release before, without a partition."""
    engine = connections.create_migration_engine(empty_database)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    migrations.migrate(engine, timeout=10)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0002'")
    return engine


def make_as_before(engine: Engine, layout: Sequence[Bounds]) -> list[str]:
    """What `partitions.create` did: a table named for the local day, with the local day's bounds."""
    names = []
    for start, end in layout:
        names.append(f"{TABLE}_{(start + (end - start) / 2):%Y%m%d}")
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE TABLE {names[-1]} (LIKE {TABLE} INCLUDING ALL)")
            connection.exec_driver_sql(
                f"ALTER TABLE {TABLE} ATTACH PARTITION {names[-1]}"
                f" FOR VALUES FROM ('{start.isoformat()}') TO ('{end.isoformat()}')"
            )
    return names


def fill(engine: Engine, layout: Sequence[Bounds]) -> list[datetime]:
    """Readings of two metering points for every quarter-hour that there is room for."""
    starts = sorted(
        {start + number * HOUR / 4 for start, end in layout for number in range((end - start) // (HOUR / 4))}
    )
    readings = [Reading(start, Decimal(number)) for number, start in enumerate(starts)]
    for metering_point in (1, 2):
        ReadingsRepository(engine).store(metering_point, readings)
    return starts


def stored(engine: Engine) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(ALL)]


def assert_days_of_utc(engine: Engine) -> None:
    with engine.connect() as connection:
        found = attached(connection)
        rows = connection.scalar(text("SELECT count(*) FROM pg_class WHERE relname LIKE 'energy_consumption_2%'"))
    assert found
    for partition in found:
        day = utc_day(partition.start)
        assert (partition.name, partition.start, partition.end) == (partition_name(day), *bounds(day))
    assert rows == 0, "a table of a local day is left"


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_the_migration_gives_them_the_bounds_of_days_of_utc(engine: Engine, layout: list[Bounds]) -> None:
    make_as_before(engine, layout)
    starts = fill(engine, layout)
    before = stored(engine)
    assert len(before) == 2 * len(starts)
    migrations.migrate(engine, timeout=10)
    assert stored(engine) == before
    assert_days_of_utc(engine)
    # What had no room before has it now, without anything in its way.
    first, last = utc_day(starts[0]), utc_day(starts[-1])
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    with engine.begin() as connection:
        partitions.create(connection, days)
    everything = [bounds(days[0])[0] + number * HOUR / 4 for number in range(96 * len(days))]
    counts = ReadingsRepository(engine).store(3, [Reading(start, Decimal(1)) for start in everything])
    assert counts == StoredCounts(len(everything), 0, 0)


def test_a_day_that_is_needed_before_the_migration_takes_over_its_own(engine: Engine) -> None:
    """A task of the release before can make a local day once more, after the migration: it is no obstacle."""
    layout = local_days("Europe/Zagreb")
    make_as_before(engine, layout)
    fill(engine, layout)
    before = stored(engine)
    with engine.begin() as connection:
        assert partitions.create(connection, [FIRST]) == ["energy_consumption_utc_20261024"]
        found = attached(connection)
    assert stored(engine) == before
    assert [(each.start.hour, each.end.hour) for each in found] == [(22, 0), (0, 0), (0, 23), (23, 23)]


def test_a_migration_that_is_cut_off_goes_on_where_it_was(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = local_days("Europe/Zagreb", days=6)
    make_as_before(engine, layout)
    fill(engine, layout)
    before = stored(engine)
    create, calls = partitions.create, iter(range(100))

    def cut_off_in_the_third(*arguments: object) -> list[str]:
        made = create(*arguments)  # type: ignore[arg-type]
        if next(calls) == 2:
            raise ConnectionError("killed")
        return made

    with monkeypatch.context() as patched:
        patched.setattr(partitions, "create", cut_off_in_the_third)
        with pytest.raises(ConnectionError):
            migrations.migrate(engine, timeout=10)
    assert stored(engine) == before
    with engine.connect() as connection:
        assert [each.name for each in attached(connection)][:2] == [
            "energy_consumption_utc_20261023",
            "energy_consumption_utc_20261024",
        ]
    migrations.migrate(engine, timeout=10)
    assert stored(engine) == before
    assert_days_of_utc(engine)


def test_the_release_before_stores_and_reads_while_days_are_moved(engine: Engine) -> None:
    layout = local_days("Europe/Zagreb", days=8)
    make_as_before(engine, layout)
    starts = fill(engine, layout)
    with ThreadPoolExecutor(1) as threads:
        moving = threads.submit(migrations.migrate, engine, 30)
        revised = 0
        while not moving.done() or not revised:
            revised += 1
            batch = [Reading(start, Decimal(revised) / 8) for start in starts]
            assert ReadingsRepository(engine).store(1, batch).duplicates == 0
        moving.result()
    assert len(stored(engine)) == 2 * len(starts)
    assert {row[2] for row in stored(engine) if row[0] == 1} == {Decimal(revised) / 8}
    assert_days_of_utc(engine)


def test_a_removal_that_was_cut_off_is_not_in_the_way(engine: Engine) -> None:
    layout = local_days("Europe/Zagreb")
    names = make_as_before(engine, layout)
    fill(engine, layout)
    with engine.begin() as connection:
        # what a DETACH CONCURRENTLY leaves that ended between its transactions
        connection.exec_driver_sql(
            "UPDATE pg_inherits SET inhdetachpending = true WHERE inhrelid = CAST(%s AS regclass)", (names[0],)
        )
    migrations.migrate(engine, timeout=10)
    partitions.drop_before(engine, layout[1][0])
    assert_days_of_utc(engine)
    assert {row[1] for row in stored(engine)} == {
        layout[1][0] + number * HOUR / 4 for number in range((layout[-1][1] - layout[1][0]) // (HOUR / 4))
    }


def test_a_long_query_delays_it_and_is_named_after_the_time(engine: Engine) -> None:
    make_as_before(engine, local_days("Europe/Zagreb"))
    with engine.connect() as reader:
        reader.execute(ALL).all()
        with pytest.raises(OperationalError, match="lock timeout"):
            partitions.align(engine, timeout=0)
        with ThreadPoolExecutor(1) as threads:
            moving = threads.submit(partitions.align, engine, 60)
            wait_until(lambda: _waits(engine), timeout=30, what="the moving to wait")
            reader.rollback()
            assert moving.result(timeout=30) == 4
    assert_days_of_utc(engine)


def _waits(engine: Engine) -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'LOCK TABLE%'"
    with engine.connect() as connection:
        return bool(connection.scalar(text(waiting)))
