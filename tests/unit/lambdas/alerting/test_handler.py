"""The alerting finds the alarms in a shard's enriched readings, and the publisher publishes them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from domain.days import LocalDay
from domain.findings import CODES
from domain.intervals import interval_starts
from domain.pipeline_dates import InvalidDate
from domain.shards import Shard
from lambdas.runtime.day_lock import RunSupersededError
from lambdas.runtime.day_objects import ObjectMissingError
from tests.unit.lambdas.examples import AUTUMN, ZAGREB, an_item, read_parquet, readings
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld, counts

SILENT, GAPS, BARE, HONEST, INACTIVE, BOTH = 1, 2, 3, 4, 5, 6
CUSTOMERS = [
    an_item(SILENT), an_item(GAPS), an_item(BARE, "I"), an_item(HONEST, "HHP"), an_item(INACTIVE, "C", active=False),
    an_item(BOTH, "P"),
]  # fmt: skip
FAULTS = [
    *readings(GAPS, DAY, without=[0, 50]),
    *readings(BARE, DAY, parameters=False),
    *readings(HONEST, DAY),
    *readings(BOTH, DAY, without=range(1, 92), parameters=False),
    *readings(99, DAY, without=[1]),
]


@pytest.fixture(params=[1, 3, 8])
def world(tmp_path: Path, request: pytest.FixtureRequest) -> RunWorld:
    """Makes a day in several shards: each kind of fault, a customer with two faults, an honest and an inactive one."""
    planted = RunWorld(tmp_path, *CUSTOMERS, shards=request.param)
    planted.rows = list(FAULTS)
    return planted


def test_each_fault_raises_exactly_its_alarm(world: RunWorld) -> None:
    assert world.run() == {
        "date": "2026-03-29",
        "exported": {"rows": 366, "metering_points": 5},
        "enriched": {"rows": 366, "rows_without_customer": 91, "estimated": 0},
        "alarms": {code: counts() for code in CODES}
        | {
            "MCD": counts(found=1, raised=1),
            "ICD": counts(found=2, raised=2),
            "MNP": counts(found=2, raised=2),
        },
        "publication": {"number": 1, "is_new": True},
        "alarm_shards": len(world.alarm_shards()),
    }
    assert world.queued == [("1", "MCD"), ("2", "ICD"), ("6", "ICD"), ("3", "MNP"), ("6", "MNP")]
    assert world.open_alarms == world.queued


def test_what_the_messages_tell(world: RunWorld) -> None:
    world.run()
    bodies = [json.loads(message["MessageBody"]) for message in world.sqs.messages]
    details = {(body["billing_metering_point_number"], body["error_type"]): body["details"] for body in bodies}
    lacking = ["average_voltage_v", "average_frequency_hz", "voltage_drops", "down_time_seconds"]
    assert details == {
        ("1", "MCD"): {"expected_intervals": 92, "days": 1, "last_day": "2026-03-29"},
        ("2", "ICD"): {
            "expected_intervals": 92,
            "received_intervals": 90,
            "missing_intervals": 2,
            "first_missing_intervals": ["2026-03-28T23:00:00Z", "2026-03-29T11:30:00Z"],
        },
        ("6", "ICD"): {
            "expected_intervals": 92,
            "received_intervals": 1,
            "missing_intervals": 91,
            "first_missing_intervals": [start.strftime("%Y-%m-%dT%H:%M:%SZ") for start in interval_starts(DAY)[1:11]],
        },
        ("3", "MNP"): {"readings": 92, "readings_without_parameters": 92, "missing_parameters": lacking},
        ("6", "MNP"): {"readings": 1, "readings_without_parameters": 1, "missing_parameters": lacking},
    }
    fields = (
        "event",
        "sequence",
        "alarm_id",
        "billing_metering_point_number",
        "error_type",
        "date",
        "customer",
        "details",
    )
    assert all(tuple(body) == fields for body in bodies)
    assert bodies[0]["customer"]["name"] == f"Šime {bodies[0]['billing_metering_point_number']}"


def test_the_findings_are_a_part_in_the_order_of_the_numbers_and_checks(world: RunWorld, tmp_path: Path) -> None:
    world.run()
    columns = "SELECT billing_metering_point_number, code, severity, version, parameters, intervals FROM rows"
    first = [start.strftime("%Y-%m-%dT%H:%M:%SZ") for start in interval_starts(DAY)]
    assert stored_rows(world, tmp_path, "findings", columns) == [
        ("1", "MCD", "alarm", 1, "{}", json.dumps(first[:10])),
        ("2", "ICD", "alarm", 1, "{}", json.dumps([first[0], first[50]])),
        ("3", "MNP", "alarm", 1, "{}", json.dumps(first[:10])),
        ("6", "ICD", "alarm", 1, "{}", json.dumps(first[1:11])),
        ("6", "MNP", "alarm", 1, "{}", json.dumps(first[:1])),
    ]
    evidence = stored_rows(world, tmp_path, "findings", "SELECT details FROM rows WHERE code = 'MCD'")
    assert [json.loads(details) for (details,) in evidence] == [{"expected_intervals": 92}]


def test_the_days_are_a_part_with_a_row_for_each_metering_point_with_due_readings(
    world: RunWorld, tmp_path: Path
) -> None:
    world.run()
    columns = "SELECT billing_metering_point_number, kwh, readings, expected, codes, alarms, minutes FROM rows"
    assert stored_rows(world, tmp_path, "days", columns) == [
        ("2", Decimal("28.510290"), 90, 92, ["ICD"], 1, 15),
        ("3", Decimal("29.143852"), 92, 92, ["MNP"], 1, 15),
        ("4", Decimal("29.143852"), 92, 92, [], 0, 15),
        ("6", Decimal("0.316781"), 1, 92, ["ICD", "MNP"], 2, 15),
    ]


def stored_rows(world: RunWorld, scratch: Path, prefix: str, query: str = "FROM rows") -> list[tuple[Any, ...]]:
    """The rows of all parts at a prefix, in the order of the parts."""
    parts = sorted(key for key in world.s3.objects if key[1].startswith(f"{prefix}/"))
    assert len(parts) == world.shards
    return [row for part in parts for row in read_parquet(scratch, world.s3.objects[part], query)]


def test_a_day_of_a_hundred_intervals(tmp_path: Path) -> None:
    day = LocalDay(AUTUMN, ZAGREB)
    world = RunWorld(tmp_path, an_item(1), an_item(2), an_item(3), day=day)
    world.rows = [*readings(1, day), *readings(2, day, without=[8, 9, 10, 11]), *readings(3, day, without=[99])]
    assert world.run()["alarms"]["ICD"]["found"] == 2
    details = [json.loads(message["MessageBody"])["details"] for message in world.sqs.messages]
    assert [each["expected_intervals"] for each in details] == [100, 100]
    assert details[1]["first_missing_intervals"] == ["2026-10-25T22:45:00Z"]


def test_a_reading_off_the_grid_covers_no_interval(tmp_path: Path) -> None:
    world = RunWorld(tmp_path, an_item(1))
    rows = readings(1, DAY)
    world.rows = [(row[0], row[1].replace(second=1), *row[2:]) for row in rows[:1]] + rows[1:]
    assert world.run()["alarms"]["ICD"]["found"] == 1


def test_a_day_without_any_reading(tmp_path: Path) -> None:
    world = RunWorld(tmp_path, *CUSTOMERS, shards=4)
    assert world.run()["alarms"]["MCD"] == counts(found=5, raised=5)


@pytest.fixture
def planned(tmp_path: Path) -> tuple[RunWorld, dict[str, Any]]:
    """Makes a world whose one shard is planned and not yet exported."""
    world = RunWorld(tmp_path, *CUSTOMERS)
    world.plan()
    world.list_shards()
    return world, Shard(0).as_json()


def test_a_shard_that_was_not_enriched(planned: tuple[RunWorld, dict[str, Any]]) -> None:
    world, shard = planned
    with pytest.raises(ObjectMissingError, match="s3://enriched/work/2026-03-29/one/enriched-00000"):
        world.find(shard)


def test_a_leftover_of_a_run_that_lost_its_turn_stores_nothing(planned: tuple[RunWorld, dict[str, Any]]) -> None:
    world, shard = planned
    world.export(shard)
    world.enrich(shard)
    world.plan(OTHER_RUN)
    with pytest.raises(RunSupersededError):
        world.find(shard, RUN)
    assert [key for _, key in world.s3.objects if key.startswith(("findings/", "days/"))] == []


def test_it_guesses_no_date(planned: tuple[RunWorld, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    world, shard = planned
    monkeypatch.setattr(world, "task", lambda *_: {"shard": shard, "run": RUN})
    with pytest.raises(InvalidDate):
        world.find(shard)
