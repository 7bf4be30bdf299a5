"""Ingest and export agree with a plain dictionary after any sequence of sent, repeated and revised batches."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ, connection

from domain.customers import KEY
from domain.days import LocalDay
from domain.identity_headers import Identity
from domain.intervals import interval_starts
from domain.readings import EXPORTED_COLUMNS
from domain.shard_tasks import ShardTask
from domain.shards import shards_between
from lambdas.exporter.logic import Buckets, export_shard
from service.components import Components
from service.http.app import create_app
from service.settings import Settings
from tests.integration.lambdas.pipeline_world import Database
from tests.support.asgi_client import AsgiClient
from tests.unit.lambdas.examples import ZAGREB, read_parquet
from tests.unit.lambdas.fake_s3 import FakeS3

NOW = datetime(2026, 11, 1, tzinfo=UTC)
# The clocks go back on the first of them, so that their border is not at the same hour of UTC as the next one's.
DAYS = [LocalDay(date(2026, 10, 25), ZAGREB), LocalDay(date(2026, 10, 26), ZAGREB)]
INTERVALS = [interval for day in DAYS for interval in interval_starts(day)]
NUMBERS = ["1", "7000000000", "DE0001234567890000000000000000042"]
BOUNDARIES = [*NUMBERS, "2", "A", "DE"]
FIELDS = (
    "consumption_kwh",
    "production_kwh",
    "average_voltage_v",
    "average_frequency_hz",
    "voltage_drops",
    "down_time_seconds",
)

KWH = st.decimals(0, Decimal("999999.999999"), places=6).map(float)
VALUES = st.fixed_dictionaries(
    {"consumption_kwh": st.sampled_from([0.0, 0.1, 0.3, 1e-06]) | KWH},
    optional={
        "production_kwh": st.none() | st.sampled_from([0.0, 0.25]),
        "average_voltage_v": st.none() | st.floats(0, 1_000_000, allow_subnormal=False),
        "average_frequency_hz": st.none() | st.floats(0, 1_000, allow_subnormal=False),
        "voltage_drops": st.none() | st.integers(0, 1_000_000),
        "down_time_seconds": st.none() | st.integers(0, 900),
    },
)
# Few places, so that batches meet: around midnight, around the clock change, and anywhere.
PLACES = st.sampled_from([0, 1, 7, 8, 12, 98, 99, 100, 101, 195]) | st.integers(0, len(INTERVALS) - 1)
BATCHES = st.dictionaries(PLACES, VALUES, min_size=1, max_size=12)
NUMBER = st.sampled_from(NUMBERS)
SPOILED: list[dict[str, Any]] = [
    {"consumption_kwh": -0.1},
    {"consumption_kwh": 1, "interval_start": "2026-10-25T00:07:00Z"},
    {"consumption_kwh": 1, "interval_start": "2026-11-02T00:00:00Z"},
    {"consumption_kwh": 1, "interval_start": "2026-10-25T00:00:00Z", "voltage_drops": -1},
    {"consumption_kwh": 1, "interval_start": "2026-10-25T00:00:00Z", "unheard_of": None},
    {"interval_start": "2026-10-25T00:00:00Z"},
]

type Row = tuple[Any, ...]
"""The values of a reading, in the order of `FIELDS`."""


class System:
    """Runs the service and the exporter on one Postgres. Each example gets a new database."""

    def __init__(self, database: Database, client: AsgiClient, postgres: connection, directory: Path) -> None:
        self._database, self._client, self._postgres, self._directory = database, client, postgres, directory

    def empty(self) -> None:
        with self._postgres.cursor() as cursor:
            cursor.execute("TRUNCATE energy_consumption, energy_consumption_history")

    def send(self, number: str, readings: list[dict[str, Any]], caller: str | None = None) -> tuple[int, Any]:
        headers = {**Identity(caller or number).as_headers(), "content-type": "application/json"}
        answer = self._client.post(_path(number), content=json.dumps({"readings": readings}), headers=headers)
        return answer.status_code, answer.json()

    def read(self, number: str, **query: Any) -> Any:
        return self._client.get(_path(number), params=query, headers=Identity(number).as_headers()).json()

    def export(self, day: LocalDay, boundary: str) -> list[tuple[Any, ...]]:
        """Exports the day and returns the rows of its two parts, in their order."""
        s3 = FakeS3()
        s3.objects["enriched", f"runs/{day.date}/lock.json"] = json.dumps({"run": "this"}).encode()
        rows: list[tuple[Any, ...]] = []
        for shard in shards_between([boundary]):
            task = ShardTask(day, "this", shard, datetime.max.replace(tzinfo=UTC))
            export_shard(task, self._open, Buckets(cast("Any", s3), "exported", "enriched"), memory_mib=256)
            rows += read_parquet(
                self._directory, s3.objects["exported", f"readings/date={day.date}/part-{shard.number:05}.parquet"]
            )
        return rows

    def _open(self) -> connection:
        opened = self._database.connect()
        opened.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
        return opened


class Ingest(RuleBasedStateMachine):
    """Sends, repeats, revises, reads and exports batches. `stored` has the expected readings."""

    def __init__(self, system: System) -> None:
        super().__init__()
        self.system = system
        self.stored: dict[tuple[str, datetime], Row] = {}
        self.sent: list[tuple[str, dict[int, dict[str, Any]]]] = []
        system.empty()

    @rule(number=NUMBER, batch=BATCHES)
    def send(self, number: str, batch: dict[int, dict[str, Any]]) -> None:
        self._send(number, batch)

    @precondition(lambda self: self.sent)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """Sends an earlier batch again. A reading that was revised meanwhile is revised again. Others are repeats."""
        self._send(*data.draw(st.sampled_from(self.sent)))

    @precondition(lambda self: self.stored)
    @rule(data=st.data(), values=VALUES)
    def revise(self, data: st.DataObject, values: dict[str, Any]) -> None:
        number, start = data.draw(st.sampled_from(sorted(self.stored)))
        self._send(number, {INTERVALS.index(start): values})

    @rule(number=NUMBER, batch=BATCHES, spoiled=st.sampled_from(SPOILED), data=st.data())
    def send_with_one_that_is_wrong(
        self, number: str, batch: dict[int, dict[str, Any]], spoiled: dict[str, Any], data: st.DataObject
    ) -> None:
        readings = _readings(batch)
        readings.insert(data.draw(st.integers(0, len(readings))), spoiled)
        assert self.system.send(number, readings)[0] == 422

    @rule(number=NUMBER, caller=NUMBER, batch=BATCHES)
    def send_for_another(self, number: str, caller: str, batch: dict[int, dict[str, Any]]) -> None:
        if caller != number:
            assert self.system.send(number, _readings(batch), caller)[0] == 403

    @rule(number=NUMBER, first=PLACES, last=PLACES, limit=st.integers(1, 20))
    def read(self, number: str, first: int, last: int, limit: int) -> None:
        begin, end = INTERVALS[min(first, last)], INTERVALS[max(first, last)]
        page = self.system.read(number, **{"from": begin.isoformat(), "to": end.isoformat(), "limit": limit})
        expected = [start for of, start in sorted(self.stored) if of == number and begin <= start < end]
        assert [_instant(each["interval_start"]) for each in page["readings"]] == expected[:limit]
        assert (page["next"] is not None) == (len(expected) > limit)
        for each in page["readings"]:
            stored = self.stored[number, _instant(each["interval_start"])]
            assert tuple(each[name] for name in FIELDS) == stored

    @rule(day=st.sampled_from(DAYS), boundary=st.sampled_from(BOUNDARIES))
    def export(self, day: LocalDay, boundary: str) -> None:
        exported = self.system.export(day, boundary)
        rows = [dict(zip(EXPORTED_COLUMNS, row, strict=True)) for row in exported]
        found = [((row[KEY], row["interval_start"]), tuple(_plain(row[name]) for name in FIELDS)) for row in rows]
        assert found == [(key, self.stored[key]) for key in sorted(self.stored) if day.start <= key[1] < day.end]

    def teardown(self) -> None:
        """Checks that both days have exactly the expected readings."""
        for day in DAYS:
            self.export(day, NUMBERS[1])

    def _send(self, number: str, batch: dict[int, dict[str, Any]]) -> None:
        status, answer = self.system.send(number, _readings(batch))
        assert (status, answer) == (200, {**self._noted(number, batch), "rejected": []})
        self.sent.append((number, batch))

    def _noted(self, number: str, batch: dict[int, dict[str, Any]]) -> dict[str, int]:
        """Notes the batch as the service must take it: an omitted field keeps what is stored, and null clears it."""
        counts = {"stored": 0, "duplicates": 0, "revised": 0, "superseded": 0}
        for place, reading in batch.items():
            former = self.stored.get((number, INTERVALS[place]))
            known = dict(zip(FIELDS, former or [None] * len(FIELDS), strict=True))
            values = tuple((known | reading)[name] for name in FIELDS)
            counts["stored" if former is None else "duplicates" if former == values else "revised"] += 1
            self.stored[number, INTERVALS[place]] = values
        return counts


@pytest.fixture
def system(migrated: Database, postgres: connection, tmp_path: Path) -> Iterator[System]:
    with _service(migrated) as client:
        yield System(migrated, client, postgres, tmp_path)


@contextmanager
def _service(database: Database) -> Iterator[AsgiClient]:
    components = Components.create(
        Settings(
            database_host=database.host,
            database_port=database.port,
            database_name=database.name,
            database_user=database.user,
            database_password=database.password,
        ),
        lambda: NOW,
    )
    client = AsgiClient(create_app(components))
    try:
        yield client
    finally:
        client.close()
        components.close()


def test_what_was_sent_repeated_and_revised_is_what_is_read_and_exported(system: System) -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        cast("Any", lambda: Ingest(system)),
        settings=settings(
            max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else value


def _path(number: str) -> str:
    return f"/v1/metering-points/{number}/readings"


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _readings(batch: dict[int, dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns a body's readings, some in UTC and some in local time."""
    zones = (UTC, ZAGREB)
    return [
        values | {"interval_start": INTERVALS[place].astimezone(zones[place % 2]).isoformat()}
        for place, values in batch.items()
    ]
