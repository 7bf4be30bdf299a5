"""The drill's report says what is lost, and fails for a loss that no snapshot and no object explains."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from operations import drill as module
from operations.drill import Drill, main
from operations.restore import Steps, for_terraform, restore
from operations.restored_instance import RestoreError, Snapshot
from operations.restored_readings import Loss

LOST = datetime(2026, 11, 1, 3, 10, tzinfo=UTC)
COUNTS: dict[str, int] = {
    "rows": 96,
    "added": 10,
    "replaced": 2,
    "withdrawn": 1,
    "newer": 0,
    "same": 96,
    "different": 0,
}
LOSS = Loss(1000, 3, 4, 0, LOST - timedelta(seconds=20), LOST - timedelta(seconds=5))
DRILL = Drill(
    Snapshot("energy-drill", LOST - timedelta(hours=1)),
    LOST,
    30.0,
    41.0,
    LOSS,
    COUNTS,
    {"2026-10-31": COUNTS},
)


def test_the_report_has_the_loss_and_the_times() -> None:
    report = "\n".join(DRILL.lines())
    assert "3 of 1,000 readings: they arrived in the last 20 s before the loss" in report
    assert "4 versions that a later one had replaced" in report
    assert "30 s from the loss until the API answered" in report
    assert "41 s until the published readings were back" in report
    assert "96 readings of 1 published days: every one is in the database" in report
    assert "10 added, 2 replaced, 1 withdrawn" in report
    assert DRILL.passed


def test_a_published_reading_that_is_missing_fails_the_drill() -> None:
    found = replace(DRILL, total={**COUNTS, "different": 2})
    assert not found.passed
    assert "2 ARE MISSING" in "\n".join(found.lines())


def test_a_lost_reading_of_the_snapshot_fails_the_drill() -> None:
    found = replace(DRILL, loss=replace(LOSS, wrong=1))
    assert not found.passed
    assert "1 readings are lost that had arrived before the snapshot" in found.lines()[-1]


def test_terraform_imports_the_instance_that_it_forgot() -> None:
    lines = "\n".join(for_terraform("energy"))
    assert "terraform state rm module.database.aws_db_instance.this" in lines
    assert "module.database.aws_db_instance.this energy" in lines


class FakeEvents:
    """EventBridge with 2 rules, one of them disabled already."""

    def __init__(self) -> None:
        self.states = {"daily": "ENABLED", "hourly": "DISABLED"}

    def list_rule_names_by_target(self, **_: Any) -> Any:
        return {"RuleNames": list(self.states)}

    def describe_rule(self, **request: str) -> Any:
        return {"State": self.states[request["Name"]]}

    def disable_rule(self, **request: str) -> None:
        self.states[request["Name"]] = "DISABLED"

    def enable_rule(self, **request: str) -> None:
        self.states[request["Name"]] = "ENABLED"


def fail_without_schedules(steps: Steps, events: FakeEvents) -> None:
    with steps.schedules_stopped():
        assert events.states == {"daily": "DISABLED", "hourly": "DISABLED"}
        raise RestoreError("the restore failed")


def test_the_schedules_stop_and_go_on_also_after_a_failure() -> None:
    events = FakeEvents()
    steps = Steps(lambda _: events, {"state_machine_arn": "arn:machine"}, print)
    with pytest.raises(RestoreError):
        fail_without_schedules(steps, events)
    assert events.states == {"daily": "ENABLED", "hourly": "DISABLED"}


class FakeRds:
    def describe_db_instances(self, **_: Any) -> Any:
        return {"DBInstances": [{"DBInstanceStatus": "available"}]}

    def get_paginator(self, _: str) -> Any:
        page = {"DBSnapshots": [{"DBSnapshotIdentifier": "a", "SnapshotCreateTime": LOST, "Status": "available"}]}
        return type("Pages", (), {"paginate": lambda *_, **__: [page]})()


def test_an_instance_that_is_there_is_not_replaced_without_a_word() -> None:
    steps = Steps(lambda _: FakeRds(), {"database_instance": {"identifier": "energy"}}, print)
    with pytest.raises(RestoreError, match="--set-aside NAME"):
        restore(steps, "", "")


def test_the_drill_asks_for_the_name_of_what_it_destroys(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = {"name": "energy", "state_machine_arn": "arn:aws:states:eu-central-1:000000000000:stateMachine:m"}
    monkeypatch.setattr(module, "read", lambda *_: outputs | {"database_instance": {"identifier": "energy"}})
    monkeypatch.setattr("operations.target.Target.require", lambda *_, **__: None)
    monkeypatch.setattr("operations.target.Target.client", lambda *_: FakeRds())
    assert main(["--outputs", "outputs.json", "--stack", "energy"]) == 1
    assert "confirm it with --destroy energy" in capsys.readouterr().err
