"""`make demo` tells the whole story, and again."""

import subprocess
import sys
from pathlib import Path

import pytest

from local.observe.running import RunningStack
from seed.demo_faults import planted_faults
from tests.e2e.pipeline import Pipeline

REPOSITORY = Path(__file__).parents[2]
DEMO_DAY = "2007-02-01"


@pytest.fixture
def demo_day_left_as_it_was(pipeline: Pipeline) -> None:
    """What the demo makes is removed in the end, unless somebody has run it here before."""
    if not pipeline.keys(DEMO_DAY):
        pipeline.used_days.add(DEMO_DAY)


def _demo(stack: RunningStack) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local.commands.demo", "--stack", stack.name]
    return subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def test_the_demo_shows_each_planted_fault_and_again_raises_nothing_new(
    stack: RunningStack, demo_day_left_as_it_was: None
) -> None:
    first = _demo(stack)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "30.413 kWh" in first.stdout
    assert "403 Forbidden" in first.stdout
    assert all(f"raised {fault.raises}, once" in first.stdout for fault in planted_faults())
    assert "2 cleared" in first.stdout
    assert "late readings cleared 2 alarms, without a person" in first.stdout
    again = _demo(stack)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "0 readings stored, 4,505 duplicates" in again.stdout
    assert "no second alarm" in again.stdout
    assert "\x1b" not in first.stdout, "colours belong on a terminal"
