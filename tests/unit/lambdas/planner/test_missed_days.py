"""The next scheduled run reports the days that no run completed."""

import json
import shlex
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from lambdas.planner.missed_days import LOOK_BACK_DAYS, is_completed, missed_days
from lambdas.runtime.day_lock import RunSupersededError
from tests.events import load_event
from tests.unit.lambdas.examples import an_item
from tests.unit.lambdas.fakes import FakeS3
from tests.unit.lambdas.run_world import RUN, RunWorld

DAY = date(2026, 3, 29)
SCHEDULED = load_event("scheduled") | {"time": "2026-03-30T01:15:00Z"}


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


def completed(s3: FakeS3, day: date) -> None:
    s3.objects["enriched", f"runs/{day}/completed.json"] = b"{}"


def lists_of(s3: FakeS3, day: date, *error_types: str) -> None:
    for error_type in error_types or ("MCD", "ICD", "MNP"):
        s3.objects["enriched", f"alarms/date={day}/{error_type}.json"] = b"{}"


@pytest.fixture
def world(tmp_path: Path) -> RunWorld:
    return RunWorld(tmp_path, an_item(1))


@pytest.mark.parametrize(
    ("completed", "missed"),
    [
        ([], []),
        ([1], []),
        ([1, 2, 3], []),
        ([2], [1]),
        ([4, 2], [3, 1]),
        ([LOOK_BACK_DAYS], list(range(LOOK_BACK_DAYS - 1, 0, -1))),
        ([LOOK_BACK_DAYS + 1], []),
        ([0, -1], []),
    ],
)
def test_days_are_missed_since_the_first_that_is_completed(completed: list[int], missed: list[int]) -> None:
    assert missed_days(DAY, {ago(days) for days in completed}.__contains__) == [ago(days) for days in missed]


def test_a_day_is_completed_by_the_record_that_its_run_writes_last(world: RunWorld) -> None:
    s3: Any = world.s3
    results = world.shard_results()
    written: list[str] = []
    s3.fault = lambda operation, key: written.append(key) if operation == "put" else None
    for error_type in ("MCD", "ICD", "MNP", "NEW"):
        lists_of(s3, DAY, error_type)
        assert not is_completed(s3, "enriched", DAY), "the run stopped in the middle"
    for key in [key for _, key in s3.objects if key.startswith("alarms/")]:
        del s3.objects["enriched", key]
    published = world.publish(results)
    assert is_completed(s3, "enriched", DAY)
    assert written[-1] == "runs/2026-03-29/completed.json"
    record = json.loads(s3.objects["enriched", written[-1]])
    assert record == {"run": RUN, "completed_at": "2026-11-01T12:00:00Z", **published}


@pytest.mark.parametrize("lists", [(), ("MCD",), ("MCD", "ICD", "MNP", "NEW")])
def test_whatever_alarm_types_come_and_go_a_recorded_day_stays_complete(lists: tuple[str, ...]) -> None:
    s3: Any = FakeS3()
    completed(s3, DAY)
    for error_type in lists:
        lists_of(s3, DAY, error_type)
    assert is_completed(s3, "enriched", DAY)


def test_a_run_that_lost_its_turn_records_no_completion(world: RunWorld) -> None:
    results = world.shard_results(RUN)

    def lose_the_turn(operation: str, key: str) -> None:
        if operation == "put" and "alarms/" in key and key.endswith("MNP.json"):
            world.s3.objects["enriched", "runs/2026-03-29/lock.json"] = b'{"run": "another"}'

    world.s3.fault = lose_the_turn
    with pytest.raises(RunSupersededError):
        world.publish(results, RUN)
    assert not is_completed(cast("Any", world.s3), "enriched", DAY)


def test_a_day_of_the_version_without_records_is_completed_by_its_three_lists() -> None:
    s3: Any = FakeS3()
    s3.objects["enriched", f"date={DAY}/part-00000.parquet"] = b""
    lists_of(s3, DAY, "MCD", "ICD")
    assert not is_completed(s3, "enriched", DAY), "the run stopped in the middle"
    lists_of(s3, DAY)
    assert is_completed(s3, "enriched", DAY)
    s3.objects["enriched", f"readings/date={DAY}/part-00000.parquet"] = b""
    assert not is_completed(s3, "enriched", DAY), "a later run has begun"


def test_a_scheduled_run_tells_of_each_missed_day_and_how_to_run_it(world: RunWorld) -> None:
    completed(world.s3, ago(4))
    completed(world.s3, ago(2))
    missed = world.plan(given=SCHEDULED)["missed"]
    assert missed["days"] == ["2026-03-26", "2026-03-28"]
    assert missed["subject"] == "Days without a completed run: 2"
    commands = [line for line in missed["message"].splitlines() if line.startswith("aws ")]
    assert [shlex.split(command)[:3] for command in commands] == [["aws", "stepfunctions", "start-execution"]] * 2
    assert [json.loads(shlex.split(command)[-1]) for command in commands] == [
        {"date": "2026-03-26"},
        {"date": "2026-03-28"},
    ]
    machine = "arn:aws:states:eu-central-1:1:stateMachine:pipeline"
    assert {shlex.split(command)[4] for command in commands} == {machine}
    assert "2026-03-26\n2026-03-28\n" in missed["message"]


def test_nothing_is_told_where_no_day_was_missed(world: RunWorld) -> None:
    completed(world.s3, ago(1))
    assert world.plan(given=SCHEDULED)["missed"] == {"days": []}


def test_a_run_by_hand_tells_of_no_other_day(world: RunWorld) -> None:
    completed(world.s3, ago(4))
    assert world.plan()["missed"] == {"days": []}


def test_a_subject_is_as_short_as_sns_takes_it(world: RunWorld) -> None:
    completed(world.s3, ago(LOOK_BACK_DAYS))
    assert len(world.plan(given=SCHEDULED)["missed"]["subject"]) < 100
