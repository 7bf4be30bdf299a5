"""`make preflight` finds no problem on a stack that runs, and asks AWS's own operations."""

import os
import subprocess
from datetime import date

from local.launcher.settings import REPOSITORY
from local.observe.running import RunningStack
from operations.preflight import CHECKS
from tests.e2e.pipeline import Pipeline


def test_a_running_stack_has_no_problem(stack: RunningStack, pipeline: Pipeline, day: date) -> None:
    pipeline.run_day(day)  # the planner then says with which boto3 it runs
    done = subprocess.run(
        ["make", "preflight"],
        cwd=REPOSITORY,
        env=os.environ | {"STACK": stack.name},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    verdicts = {subject: line[:12].strip() for line in lines for subject in CHECKS if line[13:].startswith(subject)}
    not_here = {"fargate", "database class", "image"}
    assert verdicts == {subject: "not checked" if subject in not_here else "ok" for subject in CHECKS}
