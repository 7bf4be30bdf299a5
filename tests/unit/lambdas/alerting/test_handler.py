"""The alerting finds the alarms in a shard's enriched readings, and the publisher publishes them."""

import json
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
from tests.unit.lambdas.examples import AUTUMN, ZAGREB, an_item, readings
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

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
        "enriched": {"rows": 366, "rows_without_customer": 91},
        "alarms": {code: {"found": 0, "raised": 0} for code in CODES}
        | {
            "MCD": {"found": 1, "raised": 1},
            "ICD": {"found": 2, "raised": 2},
            "MNP": {"found": 2, "raised": 2},
        },
        "publication": {"number": 1, "is_new": True},
    }
    assert world.queued == [("1", "MCD"), ("2", "ICD"), ("6", "ICD"), ("3", "MNP"), ("6", "MNP")]
    assert {each: world.listed(each) for each in ("MCD", "ICD", "MNP")} == {
        "MCD": ["1"],
        "ICD": ["2", "6"],
        "MNP": ["3", "6"],
    }


def test_what_the_messages_tell(world: RunWorld) -> None:
    world.run()
    bodies = [json.loads(message["MessageBody"]) for message in world.sqs.messages]
    details = {(body["billing_metering_point_number"], body["error_type"]): body["details"] for body in bodies}
    lacking = ["average_voltage_v", "average_frequency_hz", "voltage_drops", "down_time_seconds"]
    assert details == {
        ("1", "MCD"): {"expected_intervals": 92},
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
    assert all(set(body) == {"billing_metering_point_number", "error_type", "date", "customer", "details"}
               for body in bodies)  # fmt: skip


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
    assert world.run()["alarms"]["MCD"] == {"found": 5, "raised": 5}


@pytest.fixture
def planned(tmp_path: Path) -> tuple[RunWorld, dict[str, Any]]:
    """Makes a world whose one shard is planned and not yet exported."""
    world = RunWorld(tmp_path, *CUSTOMERS)
    world.plan()
    return world, Shard(0).as_json()


def test_a_shard_that_was_not_enriched(planned: tuple[RunWorld, dict[str, Any]]) -> None:
    world, shard = planned
    with pytest.raises(ObjectMissingError, match="s3://enriched/work/2026-03-29/one/enriched-00000"):
        world.find(shard)


def test_a_leftover_of_a_run_that_lost_its_turn_hands_nothing_over(planned: tuple[RunWorld, dict[str, Any]]) -> None:
    world, shard = planned
    world.export(shard)
    world.enrich(shard)
    world.plan(OTHER_RUN)
    with pytest.raises(RunSupersededError):
        world.find(shard, RUN)
    assert [key for _, key in world.s3.objects if "MCD" in key] == []


def test_it_guesses_no_date(planned: tuple[RunWorld, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    world, shard = planned
    monkeypatch.setattr(world, "task", lambda *_: {"shard": shard, "run": RUN})
    with pytest.raises(InvalidDate):
        world.find(shard)
