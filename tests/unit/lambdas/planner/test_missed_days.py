"""Days that no run completed are told of by the next scheduled run."""

import json
import shlex
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lambdas.planner.missed_days import LOOK_BACK_DAYS, is_completed, missed_days
from tests.events import load_event
from tests.unit.lambdas.examples import an_item
from tests.unit.lambdas.fakes import FakeS3
from tests.unit.lambdas.run_world import RunWorld

DAY = date(2026, 3, 29)
SCHEDULED = load_event("scheduled") | {"time": "2026-03-30T01:15:00Z"}


def ago(days: int) -> date:
    return DAY - timedelta(days=days)


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


def test_a_day_is_completed_when_each_type_has_its_list() -> None:
    s3: Any = FakeS3()
    assert not is_completed(s3, "enriched", DAY)
    lists_of(s3, DAY, "MCD", "ICD")
    assert not is_completed(s3, "enriched", DAY), "the run stopped in the middle"
    lists_of(s3, DAY)
    assert is_completed(s3, "enriched", DAY)


def test_a_scheduled_run_tells_of_each_missed_day_and_how_to_run_it(world: RunWorld) -> None:
    lists_of(world.s3, ago(4))
    lists_of(world.s3, ago(2))
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
    lists_of(world.s3, ago(1))
    assert world.plan(given=SCHEDULED)["missed"] == {"days": []}


def test_a_run_by_hand_tells_of_no_other_day(world: RunWorld) -> None:
    lists_of(world.s3, ago(4))
    assert world.plan()["missed"] == {"days": []}


def test_a_subject_is_as_short_as_sns_takes_it(world: RunWorld) -> None:
    lists_of(world.s3, ago(LOOK_BACK_DAYS))
    assert len(world.plan(given=SCHEDULED)["missed"]["subject"]) < 100
