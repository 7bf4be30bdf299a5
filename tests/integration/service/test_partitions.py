"""The service makes the partitions of days ahead and on demand, and drops them past retention. It delays nobody."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DataError, OperationalError

from dockerless_testing.waiting import wait_until
from service import partition_catalog
from service.partition_catalog import names
from service.postgres import connections, partitions
from service.postgres.connections import LOCK_NOT_AVAILABLE, sql_state
from service.postgres.upkeep import LOCK, PartitionUpkeep, Retention
from service.readings.batch import StoredCounts
from service.readings.parser import Reading
from service.readings.repository import ReadingsRepository
from service.readings.store_sql import EXECUTE_STORE, PREPARE_STORE, columns
from service.settings import Settings
from tests.integration.service.support import (
    HEADERS,
    PATH,
    batch,
    reading,
    running,
    sent,
    start,
)

ZONE = Settings.time_zone
PARTITIONS = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = CAST(:table AS regclass)")
NOW = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # 00:30 on 29 March in Zagreb, a day of 23 hours


@pytest.fixture
def admin(settings: Settings, engine: Engine) -> Engine:
    """The upkeep's engine, of the service's role, on a schema without any partition. Readings are kept for 30 days."""
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE retention SET readings_days = 30")
        for table in ("energy_consumption", "energy_consumption_history"):
            for name in connection.scalars(PARTITIONS, {"table": table}).all():
                connection.exec_driver_sql(f"DROP TABLE {name}")
    return connections.create_patient_engine(settings)


def upkeep(admin: Engine, days: int = 30, now: datetime = NOW) -> PartitionUpkeep:
    return PartitionUpkeep(admin, Retention(days, ZONE), lambda: now)


def present(admin: Engine) -> list[str]:
    with admin.connect() as connection:
        return sorted(names(connection))


def of_the_history(admin: Engine) -> list[str]:
    with admin.connect() as connection:
        found = connection.scalars(PARTITIONS, {"table": "energy_consumption_history"})
        return sorted(name.replace("_history", "") for name in found)


def bounds(admin: Engine, name: str) -> str:
    with admin.connect() as connection:
        expression = "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = :name"
        return str(connection.scalar(text(expression), {"name": name}))


def test_the_coming_week_is_made_ahead(admin: Engine) -> None:
    upkeep(admin).run_once()
    days = [f"202603{day}" for day in (27, 28, 29, 30, 31)] + [f"2026040{day}" for day in range(1, 5)]
    assert present(admin) == of_the_history(admin) == [f"energy_consumption_utc_{day}" for day in days]


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


def test_the_history_of_a_day_is_dropped_with_it(admin: Engine) -> None:
    upkeep(admin).make_room([datetime(2026, 1, 1, 12, tzinfo=UTC)])
    upkeep(admin).run_once()
    assert "energy_consumption_utc_20260101" not in of_the_history(admin)


def test_days_within_the_databases_own_retention_are_kept(admin: Engine, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE retention SET readings_days = 36500")
    upkeep(admin).make_room([datetime(2026, 1, 1, 12, tzinfo=UTC)])
    upkeep(admin).run_once()
    assert "energy_consumption_utc_20260101" in present(admin)


@pytest.mark.parametrize("day", [datetime(1999, 12, 31, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)])
def test_no_day_is_made_in_which_no_reading_can_be(admin: Engine, day: datetime) -> None:
    with pytest.raises(DataError):
        upkeep(admin).make_room([day])
    assert present(admin) == []


def test_one_task_at_a_time_keeps_them(admin: Engine) -> None:
    with admin.connect() as other:
        other.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        upkeep(admin).run_once()
        assert present(admin) == []
    upkeep(admin).run_once()
    assert present(admin)


def test_a_reader_and_a_writer_do_not_hold_up_a_new_day(admin: Engine, engine: Engine) -> None:
    """The reader is an export, the writer a batch. Both have an open transaction."""
    upkeep(admin).run_once()
    with admin.connect() as reader, engine.connect() as writer:
        reader.execute(text("SELECT count(*) FROM energy_consumption")).one()
        writer.exec_driver_sql(PREPARE_STORE)
        noon = reading(0)._replace(interval_start=datetime(2026, 3, 29, 12, tzinfo=UTC))
        writer.exec_driver_sql(EXECUTE_STORE, columns([sent(noon)]))
        upkeep(admin).make_room([datetime(2026, 2, 1, tzinfo=UTC)])
        reader.execute(text("SELECT count(*) FROM energy_consumption")).one()
        writer.commit()
    assert "energy_consumption_utc_20260201" in present(admin)


def test_a_drop_gives_up_behind_a_long_query_and_is_done_later(admin: Engine, engine: Engine) -> None:
    upkeep(admin).make_room([datetime(2026, 1, 1, 12, tzinfo=UTC), start(0)])
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM energy_consumption")).one()
        with pytest.raises(OperationalError) as caught:
            partitions.drop_before(admin, datetime(2026, 2, 1, tzinfo=UTC))
        assert sql_state(caught.value) == LOCK_NOT_AVAILABLE
        assert ReadingsRepository(engine).store(sent(reading(0))) == StoredCounts(1, 0, 0)
    assert partitions.drop_before(admin, datetime(2026, 2, 1, tzinfo=UTC)) == [date(2026, 1, 1)]
    assert len(present(admin)) == 1


def test_readings_of_days_without_a_partition_make_it(admin: Engine, settings: Settings) -> None:
    with running(settings) as (client, _):
        answer = client.post(PATH, json=batch(0, 95, 200), headers=HEADERS)
    assert (answer.status_code, answer.json()) == (
        200,
        {"stored": 3, "duplicates": 0, "revised": 0, "superseded": 0, "rejected": []},
    )
    assert present(admin) == [f"energy_consumption_utc_2026030{day}" for day in (1, 3)]


def test_many_that_need_the_same_day_at_once_are_all_stored(admin: Engine, engine: Engine) -> None:
    upkeeps = [upkeep(admin) for _ in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda keeping: keeping.make_room([start(0)]), upkeeps))
    assert present(admin) == ["energy_consumption_utc_20260301"]
    assert ReadingsRepository(engine).store(sent(reading(0), to="1")) == StoredCounts(1, 0, 0)


def test_services_with_different_time_zone_rules_make_the_same_days(admin: Engine, engine: Engine) -> None:
    """The rules can change at some days' notice; for a while one task has the new ones and the other the old ones."""
    zones = [ZoneInfo(key) for key in ("Europe/Zagreb", "Asia/Beirut", "America/Mexico_City", "Pacific/Apia")]
    for days in range(3):
        for zone in zones:
            PartitionUpkeep(admin, Retention(30, zone), lambda days=days: NOW + timedelta(days=days)).run_once()  # type: ignore[misc]
    found = [date.fromisoformat(name[-8:]) for name in present(admin)]
    assert all((following - former).days == 1 for former, following in pairwise(found))
    first, _ = partition_catalog.bounds(found[0])
    starts = [first + number * timedelta(minutes=15) for number in range(len(found) * 96)]
    counts = ReadingsRepository(engine).store(sent(*(Reading(each, Decimal(1)) for each in starts)))
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
