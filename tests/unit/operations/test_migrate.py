"""The task of the migrations is run and watched with AWS's own calls, and a failure names its log."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import boto3
import pytest

from operations import migrate
from operations.migrate import STARTED_BY, STARTS, MigrationError, MigrationTask
from operations.target import Target

TASK = MigrationTask(
    "eu-central-1", "cluster", "arn:definition:7", "migrations", ["subnet-1"], ["sg-1"], "/ecs/energy-service"
)
ARN = "arn:aws:ecs:eu-central-1:1:task/cluster/t1"
NOT_ASSUMED = {"stopCode": "TaskFailedToStart", "stoppedReason": "ECS was unable to assume the role 'r'"}


def stopped(exit_code: int | None, **more: Any) -> dict[str, Any]:
    container = {} if exit_code is None else {"exitCode": exit_code}
    return {"lastStatus": "STOPPED", "containers": [container], "stoppedReason": "Essential container exited", **more}


class Ecs:
    """Shows a task in the given states, one after another, and the last one from then on."""

    def __init__(self, *states: dict[str, Any], failures: list[Any] | None = None) -> None:
        self.states, self.failures = list(states), failures or []
        self.runs: list[dict[str, Any]] = []
        self.stops: list[dict[str, Any]] = []

    def run_task(self, **request: Any) -> dict[str, Any]:
        self.runs.append(request)
        return {"tasks": [] if self.failures else [{"taskArn": ARN}], "failures": self.failures}

    def describe_tasks(self, **_: Any) -> dict[str, Any]:
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return {"tasks": [state] if state else []}

    def stop_task(self, **request: Any) -> None:
        self.stops.append(request)


class Logs:
    def get_log_events(self, **request: Any) -> dict[str, Any]:
        assert request["logStreamName"] == "migrations/migrations/t1"
        return {"events": [{"message": "cannot migrate: a table stayed locked"}]}


def run(ecs: Ecs) -> list[str]:
    """Returns what the command says."""
    said: list[str] = []
    migrate.migrate(TASK, ecs, Logs(), said.append, pause=lambda _: None)
    return said


def test_a_migration_that_ends_well_is_waited_for_and_told() -> None:
    ecs = Ecs({}, {"lastStatus": "PROVISIONING"}, {"lastStatus": "RUNNING"}, {"lastStatus": "RUNNING"}, stopped(0))
    said = run(ecs)
    (request,) = ecs.runs
    assert (request["taskDefinition"], request["startedBy"]) == ("arn:definition:7", STARTED_BY)
    assert request["networkConfiguration"]["awsvpcConfiguration"]["securityGroups"] == ["sg-1"]
    assert "log group /ecs/energy-service, stream migrations/migrations/t1" in said[0]
    assert said[-1] == "The database's schema is up to date."


@pytest.mark.parametrize("exit_code", [1, 137])
def test_a_failure_names_the_log_and_has_its_last_lines(exit_code: int) -> None:
    ecs = Ecs(stopped(exit_code))
    with pytest.raises(MigrationError) as error:
        run(ecs)
    assert f"(exit code {exit_code}); log group /ecs/energy-service, stream migrations" in str(error.value)
    assert str(error.value).endswith("cannot migrate: a table stayed locked")
    assert len(ecs.runs) == 1


def test_a_task_whose_role_is_not_known_yet_is_started_again() -> None:
    ecs = Ecs(stopped(None, **NOT_ASSUMED), stopped(0))
    run(ecs)
    assert len(ecs.runs) == 2


def test_a_role_that_stays_unknown_is_a_failure() -> None:
    ecs = Ecs(stopped(None, **NOT_ASSUMED))
    with pytest.raises(MigrationError, match="unable to assume the role"):
        run(ecs)
    assert len(ecs.runs) == STARTS


def test_a_task_that_never_starts_is_stopped_and_the_reason_told() -> None:
    ecs = Ecs({"lastStatus": "PENDING", "containers": [{"reason": "The task cannot be placed."}]})
    with pytest.raises(MigrationError, match=r"did not start within .* The task cannot be placed\."):
        run(ecs)
    assert len(ecs.stops) == 1


def test_a_task_that_ecs_cannot_place_is_a_failure() -> None:
    with pytest.raises(MigrationError, match="Capacity is unavailable"):
        run(Ecs(stopped(0), failures=[{"reason": "Capacity is unavailable at this time."}]))


def test_an_operator_names_the_stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    machine = "arn:aws:states:eu-central-1:1:stateMachine:energy"
    outputs = {"name": "energy", "state_machine_arn": machine, "migration_task": asdict(TASK)}
    path = tmp_path / "outputs.json"
    path.write_text(json.dumps({name: {"value": value} for name, value in outputs.items()}))
    monkeypatch.setattr(Target, "require_account", lambda *_: None)
    parsed = []
    monkeypatch.setattr(migrate, "migrate", lambda task, *_: parsed.append(task))
    monkeypatch.setattr(boto3, "client", lambda *_, **__: None)
    assert migrate.main(["--outputs", str(path), "--stack", "energy"]) == 0
    assert migrate.main(["--task", json.dumps(asdict(TASK))]) == 0
    assert parsed == [TASK, TASK]
    assert migrate.main(["--outputs", str(path), "--stack", "other"]) == 1
