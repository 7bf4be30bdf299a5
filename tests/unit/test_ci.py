"""The scripts of `.ci/` and the workflow run the tests on other machines."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.conftest import ON_CONTAINERS

REPOSITORY = Path(__file__).parents[2]
WORKFLOW = (REPOSITORY / ".github" / "workflows" / "ci.yml").read_text()
WORKFLOWS = sorted((REPOSITORY / ".github" / "workflows").glob("*.yml"))
SCRIPTS = ("run", "embedded", "compose", "docker-engine", "deploy")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_s_actions_and_machine_are_pinned(path: Path) -> None:
    text = path.read_text()
    used = [action for action in re.findall(r"uses: (\S+)", text) if not action.startswith("$/")]
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)] == []
    assert set(re.findall(r"runs-on: (\S+)", text)) == {"ubuntu-24.04"}


def test_every_workflow_has_one_version_of_an_action() -> None:
    used = {
        tuple(action.split("@")) for path in WORKFLOWS for action in re.findall(r"uses: ([\w-]+/\S+)", path.read_text())
    }
    assert len(used) == len({name for name, _ in used})


def test_the_workflow_runs_what_ci_runs() -> None:
    run = (REPOSITORY / ".ci" / "run").read_text()
    for in_workflow, in_run in (
        (".ci/embedded", ".ci/embedded test"),
        (".ci/compose", ".ci/compose up-and-test"),
        (".ci/embedded prepare rehearse", ".ci/embedded rehearse"),
    ):
        assert f"command: {in_workflow}}}" in WORKFLOW
        assert in_run in run


def test_the_embedded_run_is_in_an_odd_folder_under_an_odd_shell() -> None:
    script = (REPOSITORY / ".ci" / "embedded").read_text()
    assert " clone=$embedded_clone\n" in script
    clone = re.search(r'^embedded_clone="(.*)"$', (REPOSITORY / ".ci" / "functions").read_text(), re.MULTILINE)
    assert clone
    assert [odd for odd in (" ", "%2F", "'", "&") if odd not in clone[1]] == []
    for command in ("make test MODE=embedded", "make rehearse"):
        assert f'{{ cd "$clone" && env "${{hostile[@]}}" "${{homeless[@]}}" {command}; }}' in script
    for family in ("PG", "SERVICES", "PYTHON", "PIP_", "AWS_", "TF_", "HOME", "TMPDIR", "http_proxy"):
        assert re.search(rf"[\s(\"]{family}\w*=", script), family


def test_the_end_to_end_tests_run_in_compose_with_no_program_but_docker() -> None:
    script = (REPOSITORY / ".ci" / "compose").read_text()
    assert 'env -i PATH="$clone.bin" ' in script
    assert "for program in docker docker-compose; do" in script
    assert 'alone run --rm -T -e PYTEST_ARGUMENTS="-m on_containers" deploy make test-e2e ||' in script


def test_the_files_that_run_on_containers_are_there() -> None:
    folder = REPOSITORY / "tests" / "e2e"
    assert {path.name for path in folder.glob("test_*.py")} >= ON_CONTAINERS
    assert {"test_containers.py", "test_tasks.py", "test_journey.py", "test_infrastructure.py"} < ON_CONTAINERS


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
    command = f". .ci/functions; summary {result}"
    done = subprocess.run(
        ["bash", "-c", command], cwd=REPOSITORY, input=output, check=True, capture_output=True, text=True
    )
    assert done.stdout.splitlines()[-1] == last


SUITES = """\
echo '=== unit tests: passed in 2 s'
echo '== 2 passed in 1.00s =='
printf '\n=== summary\n  passed  unit tests  1.0 s\n\n  the slowest test\n     1.0 s  test_a\n'
stage database true
echo 'another line'
echo '  no summary'
stage e2e false || true
"""


def test_the_times_and_the_slowest_tests_come_again_before_the_last_line() -> None:
    command = f". .ci/functions; {{ {SUITES} }} | summary 1"
    done = subprocess.run(["bash", "-c", command], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    told = [line.split()[0] for line in done.stdout.splitlines() if line]
    assert told == ["passed", "the", "1.0", "passed", "FAILED", "==", "====="]
