"""What runs the tests elsewhere: the scripts of `.ci/` and the workflow."""

import os
import re
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
WORKFLOW = (REPOSITORY / ".github" / "workflows" / "ci.yml").read_text()
SCRIPTS = ("run", "compose", "docker-engine")


def test_the_workflow_s_actions_and_machine_are_pinned() -> None:
    used = re.findall(r"uses: (\S+)", WORKFLOW)
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)] == []
    assert re.findall(r"runs-on: (\S+)", WORKFLOW) == ["ubuntu-24.04"]


def test_the_workflow_runs_what_ci_runs() -> None:
    for command in ("make test MODE=embedded", ".ci/compose"):
        assert f"command: {command}}}" in WORKFLOW
        assert command in (REPOSITORY / ".ci" / "run").read_text()


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_can_be_run(name: str) -> None:
    script = REPOSITORY / ".ci" / name
    assert os.access(script, os.X_OK)
    subprocess.run(["bash", "-n", script], check=True)


@pytest.mark.parametrize(
    ("result", "output", "last"),
    [
        (
            0,
            "==== 5 passed in 1.50s ====\n== 2 passed, 1 skipped in 0.25s ==",
            "===== 7 passed, 1 skipped in 1.75s =====",
        ),
        (1, "== 1 failed, 2 passed in 61.00s (0:01:01) ==", "===== 1 failed, 2 passed in 61.00s ====="),
        (1, "== 1 passed, 1 error in 2.00s ==", "===== 1 errors, 1 passed in 2.00s ====="),
        (1, "lint\n== 2 passed in 1.00s ==", "===== 1 errors, 2 passed in 1.00s ====="),
    ],
)
def test_the_last_line_sums_the_suites_up(result: int, output: str, last: str) -> None:
    command = f". {REPOSITORY / '.ci' / 'functions'}; summary {result}"
    done = subprocess.run(["bash", "-c", command], input=output, check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == last
