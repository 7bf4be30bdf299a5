"""A run that was made for another test leaves the same, and a test's own fault is never passed over."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.lambdas.run_world import RunWorld
from tests.unit.operations.replay_world import MONDAY, ReplayWorld, after


def left(world: RunWorld) -> dict[str, Any]:
    """Returns what readers of a world can see."""
    return {
        "objects": world.s3.objects,
        "versions": {name: len(found) for name, found in world.s3.versions.items()},
        "mails": world.sns.published,
        "messages": world.sqs.messages,
        "alarms": world.alarms_table.items,
    }


def two_days(folder: Path) -> ReplayWorld:
    folder.mkdir()
    world = ReplayWorld(folder)
    world.run(after(MONDAY, -1), silent=(2,))
    world.run(MONDAY, 2)
    world.run_again(MONDAY)
    return world


def test_a_run_that_was_made_before_leaves_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = two_days(tmp_path / "first")
    runs: list[str] = []
    monkeypatch.setattr(RunWorld, "run", lambda _self, run: runs.append(run))
    second = two_days(tmp_path / "second")
    assert runs == []
    assert left(second.runs) == left(first.runs)
    assert second.runs.s3 is not first.runs.s3
    second.runs.s3.objects.clear()
    assert left(two_days(tmp_path / "third").runs) == left(first.runs), "no test changes the next one's world"


@pytest.mark.parametrize("change", ["customer", "fault"])
def test_another_world_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str) -> None:
    ReplayWorld(tmp_path).run(MONDAY)
    world = ReplayWorld(tmp_path)
    if change == "customer":
        world.runs.dynamodb.items[0]["city"] = {"S": "Split"}
    else:
        world.runs.s3.fault = lambda _operation, _key: None
    runs: list[str] = []
    monkeypatch.setattr(RunWorld, "run", lambda _self, run: runs.append(run))
    world.run(MONDAY)
    assert len(runs) == 1
