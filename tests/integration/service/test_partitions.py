"""The readings' days: made ahead and on demand, dropped past retention, without being in anyone's way."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, inspect, text

from dockerless_testing.waiting import wait_until
from service import partition_catalog
from service.partition_catalog import attached, utc_day
from service.postgres import connections, partitions
from service.postgres.upkeep import LOCK, PartitionUpkeep, Retention
from service.readings.parser import Reading
from service.readings.repository import ReadingsRepository, StoredCounts
from service.settings import Settings
from tests.integration.service.support import (
    HEADERS,
    METERING_POINT,
    PATH,
    batch,
    reading,
    running,
    start,
)

ZONE = Settings.time_zone
NOW = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # 00:30 on 29 March in Zagreb, a day of 23 hours


@pytest.fixture
def admin(settings: Settings) -> Engine:
    """An engine on a schema without any partition."""
    engine = connections.create_migration_engine(settings)
    with engine.begin() as connection:
        for partition in attached(connection):
            connection.exec_driver_sql(f"DROP TABLE {partition.name}")
    return engine


def upkeep(admin: Engine, days: int = 30, now: datetime = NOW) -> PartitionUpkeep:
    return PartitionUpkeep(admin, Retention(days, ZONE), lambda: now)


def present(admin: Engine) -> list[str]:
    with admin.connect() as connection:
        return [partition.name for partition in attached(connection)]


def bounds(admin: Engine, name: str) -> str:
    with admin.connect() as connection:
        expression = "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = :name"
        return str(connection.scalar(text(expression), {"name": name}))


def test_the_coming_week_is_made_ahead(admin: Engine) -> None:
    upkeep(admin).run_once()
    days = [f"202603{day}" for day in (27, 28, 29, 30, 31)] + [f"2026040{day}" for day in range(1, 5)]
    assert present(admin) == [f"energy_consumption_utc_{day}" for day in days]


def test_a_partition_is_a_day_of_utc(admin: Engine) -> None:
    upkeep(admin).run_once()
    with admin.connect() as connection:
        assert connection.scalar(text("SHOW timezone")) == "UTC"
    assert bounds(admin, "energy_consumption_utc_20260329") == (
        "FOR VALUES FROM ('2026-03-29 00:00:00+00') TO ('2026-03-30 00:00:00+00')"
    )


def test_days_past_retention_are_dropped_with_their_readings(admin: Engine) -> None:
    """The oldest local day that is kept begins at 23:00 of a day of UTC, which is kept for it."""
    old, kept = datetime(2026, 2, 25, 23, 45, tzinfo=UTC), datetime(2026, 2, 26, 23, tzinfo=UTC)
    assert Retention(30, ZONE).oldest_start(NOW) == kept
    upkeep(admin).make_room([old, kept])
    upkeep(admin).run_once()
    assert "energy_consumption_utc_20260226" in present(admin)
    assert not inspect(admin).has_table("energy_consumption_utc_20260225")


def test_a_dropping_that_was_cut_off_is_completed(admin: Engine) -> None:
    upkeep(admin).make_room([datetime(2026, 1, day, 12, tzinfo=UTC) for day in (1, 2)])
    with admin.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE energy_consumption DETACH PARTITION energy_consumption_utc_20260101")
        # what a DETACH CONCURRENTLY leaves that ended between its transactions
        connection.exec_driver_sql(
            "UPDATE pg_inherits SET inhdetachpending = true"
            " WHERE inhrelid = CAST('energy_consumption_utc_20260102' AS regclass)"
        )
    upkeep(admin).run_once()
    assert not inspect(admin).has_table("energy_consumption_utc_20260101")
    assert not inspect(admin).has_table("energy_consumption_utc_20260102")


def test_a_table_that_is_no_partition_of_ours_is_left_alone(admin: Engine) -> None:
    with admin.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE energy_consumption_notes ()")
    upkeep(admin).run_once()
    assert inspect(admin).has_table("energy_consumption_notes")
    with admin.begin() as connection:
        connection.exec_driver_sql("DROP TABLE energy_consumption_notes")


def test_one_task_at_a_time_keeps_them(admin: Engine) -> None:
    with admin.connect() as other:
        other.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        upkeep(admin).run_once()
        assert present(admin) == []
    upkeep(admin).run_once()
    assert present(admin)


def test_a_reader_and_a_writer_are_not_held_up(admin: Engine) -> None:
    """An export that reads and a batch that is being written, both with a transaction open."""
    upkeep(admin).run_once()
    with admin.connect() as reader, admin.connect() as writer:
        reader.execute(text("SELECT count(*) FROM energy_consumption")).one()
        writer.execute(
            text("INSERT INTO energy_consumption VALUES (1, '2026-03-29 12:00Z', 1, NULL, NULL, NULL, NULL, now(), 1)")
        )
        upkeep(admin).make_room([datetime(2026, 2, 1, tzinfo=UTC)])
        reader.execute(text("SELECT count(*) FROM energy_consumption")).one()
        writer.commit()
    assert "energy_consumption_utc_20260201" in present(admin)


def test_readings_are_stored_while_a_drop_waits_for_a_reader(admin: Engine, engine: Engine) -> None:
    upkeep(admin).make_room([datetime(2026, 1, 1, 12, tzinfo=UTC)])
    upkeep(admin).make_room([start(0), start(96)])
    repository = ReadingsRepository(engine)
    with ThreadPoolExecutor(1) as threads, admin.connect() as reader:
        reader.execute(text("SELECT count(*) FROM energy_consumption")).one()
        dropping = threads.submit(partitions.drop_before, admin, datetime(2026, 2, 1, tzinfo=UTC))
        wait_until(lambda: _is_detaching(engine), timeout=30, what="the detaching to wait")
        assert repository.store(METERING_POINT, [reading(0), reading(96)]) == StoredCounts(2, 0, 0)
        reader.rollback()
        assert dropping.result(timeout=30) == ["energy_consumption_utc_20260101"]


def test_readings_of_days_without_a_partition_make_it(admin: Engine, settings: Settings) -> None:
    with running(settings) as (client, _):
        answer = client.post(PATH, json=batch(0, 95, 200), headers=HEADERS)
    assert (answer.status_code, answer.json()) == (200, {"stored": 3, "duplicates": 0, "revised": 0})
    assert present(admin) == [f"energy_consumption_utc_2026030{day}" for day in (1, 3)]


def test_many_that_need_the_same_day_at_once_are_all_stored(admin: Engine, engine: Engine) -> None:
    upkeeps = [upkeep(admin) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda keeping: keeping.make_room([start(0)]), upkeeps))
    assert present(admin) == ["energy_consumption_utc_20260301"]
    assert ReadingsRepository(engine).store(1, [reading(0)]) == StoredCounts(1, 0, 0)


def test_services_with_different_time_zone_rules_make_the_same_days(admin: Engine, engine: Engine) -> None:
    """The rules can change at some days' notice; for a while one task has the new ones and the other the old ones."""
    zones = [ZoneInfo(key) for key in ("Europe/Zagreb", "Asia/Beirut", "America/Mexico_City", "Pacific/Apia")]
    for days in range(3):
        for zone in zones:
            PartitionUpkeep(admin, Retention(30, zone), lambda days=days: NOW + timedelta(days=days)).run_once()  # type: ignore[misc]
    with admin.connect() as connection:
        found = attached(connection)
    assert [(each.start, each.end) for each in found] == [
        partition_catalog.bounds(utc_day(each.start)) for each in found
    ]
    assert all(former.end == following.start for former, following in pairwise(found))
    first = found[0].start
    starts = [first + number * timedelta(minutes=15) for number in range(len(found) * 96)]
    counts = ReadingsRepository(engine).store(1, [Reading(each, Decimal(1)) for each in starts])
    assert counts == StoredCounts(len(starts), 0, 0)


def test_a_failing_upkeep_is_reported_and_tried_again(
    admin: Engine, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.postgres.upkeep.SECONDS_AFTER_FAILURE", 0.01)
    answers: Iterator[Exception | datetime] = iter([RuntimeError("no clock"), NOW])

    def now() -> datetime:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    keeping = PartitionUpkeep(admin, Retention(30, ZONE), now)
    with caplog.at_level(logging.INFO):
        keeping.start()
        wait_until(lambda: len(present(admin)) > 0, timeout=30, what="the second attempt")
    keeping.close()
    assert "the upkeep of partitions failed; it is tried again" in caplog.messages


def test_a_reading_past_retention_is_refused_with_its_reason(settings: Settings) -> None:
    short = replace(settings, readings_retention_days=2)
    now = datetime.now(UTC)
    old = (now - timedelta(days=4)).replace(minute=0, second=0, microsecond=0)
    with running(short) as (client, _):
        answer = client.post(
            PATH, json={"readings": [{"interval_start": old.isoformat(), "consumption_kwh": 1}]}, headers=HEADERS
        )
    assert answer.status_code == 422
    assert "retention" in answer.json()["errors"][0]["reason"]


def _is_detaching(engine: Engine) -> bool:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%CONCURRENTLY'"
    with engine.connect() as connection:
        return bool(connection.scalar(text(waiting)))
