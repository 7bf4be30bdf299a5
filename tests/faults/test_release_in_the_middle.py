"""Releases in the middle of a run change nothing in it, and one variable brings the release before back."""

import base64
import hashlib
import json
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from artifacts import packages
from dockerless_testing.waiting import wait_until
from local.launcher import function_code, terraform
from local.observe.running import RunningStack
from tests.e2e.map_runs import events
from tests.e2e.pipeline import Pipeline
from tests.faults.days import SentDay
from tests.faults.findings import Findings
from tests.faults.functions import Functions, Run

IN_THE_MIDDLE = 60
RELEASED = ("publisher", "reporter")
INVOKED = re.compile(r'"FunctionName":\s*"(arn:aws:lambda:[^"]+)"')
THE_RELEASE_BEFORE = "-var=release=local"


@pytest.fixture
def release(stack: RunningStack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Publishes a release as `make deploy` does it: the packages of this clone with one more file, by its name."""

    def publish(name: str) -> None:
        zips = {function: with_another_file(function, name, tmp_path) for function in RELEASED}
        with monkeypatch.context() as patch:
            patch.setattr(function_code, "zip_of", lambda function, _: zips[function])
            patch.setattr(function_code, "sha256_of", lambda function, _: sha256(zips[function]))
            function_code.update(stack.settings, stack, RELEASED)

    return publish


def test_a_run_keeps_its_versions_through_2_releases_and_a_rollback_is_one_variable(
    pipeline: Pipeline, functions: Functions, sent: SentDay, findings: Findings, release: Callable[[str], None]
) -> None:
    stack = pipeline.stack
    before = named_by_the_definition(stack)
    with functions.stopped("exporter"):
        run = Run(pipeline, str(sent.day))
        wait_until(run.failed_attempts, IN_THE_MIDDLE, "an invocation that Lambda refuses")
        release("second")
        release("third")
    assert len(before - named_by_the_definition(stack)) == len(RELEASED)
    run.succeeded()
    found = sent.check(pipeline)
    scheduled, executed = invocations(stack, run.arn)
    assert scheduled == before
    assert executed == {arn.rpartition(":")[2] for arn in before}
    assert {attempt.error for attempt in run.failed_attempts()} == {"Lambda.TooManyRequestsException"}
    findings.note("2 releases in the middle of a run", "1 run", "1 SUCCEEDED", "its steps have one version each", found)

    roll_back(stack)
    assert all(runs_the_package_of_this_clone(stack, functions.name(each), each) for each in RELEASED)
    code, plan = stack.plan()
    assert code == 0, plan


def named_by_the_definition(stack: RunningStack) -> set[str]:
    """Returns the ARNs of the versions that a run gets that begins now."""
    machine = stack.outputs["state_machine_arn"]
    described = stack.client("stepfunctions").describe_state_machine(stateMachineArn=machine)
    return set(INVOKED.findall(described["definition"]))


def invocations(stack: RunningStack, execution: str) -> tuple[set[str], set[str]]:
    """Returns the ARNs that the run and its shards invoked, and the versions that answered."""
    history = list(events(stack.client("stepfunctions"), execution))
    scheduled = {
        arn
        for event in history
        for arn in INVOKED.findall(event.get("taskScheduledEventDetails", {}).get("parameters", ""))
    }
    answers: list[dict[str, Any]] = [
        json.loads(event["taskSucceededEventDetails"]["output"])
        for event in history
        if event.get("taskSucceededEventDetails", {}).get("resourceType") == "lambda"
    ]
    return scheduled, {answer["ExecutedVersion"] for answer in answers}


def with_another_file(function: str, name: str, folder: Path) -> Path:
    path = folder / f"{function}-{name}.zip"
    shutil.copyfile(packages.zip_of(function, packages.machine()), path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"{name}.txt", "")
    return path


def sha256(path: Path) -> str:
    return base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()


def roll_back(stack: RunningStack) -> None:
    """Applies the name of the release before, to the pipeline and its functions alone, to save time."""
    targets = [f"-target=module.{module}" for module in ("pipeline", *RELEASED)]
    arguments = ("apply", "-input=false", "-auto-approve", "-no-color", *targets)
    terraform.run(stack.settings, *arguments, *terraform.variables(stack.settings), THE_RELEASE_BEFORE)


def runs_the_package_of_this_clone(stack: RunningStack, name: str, function: str) -> bool:
    live = stack.client("lambda").get_function_configuration(FunctionName=name, Qualifier="live")
    return bool(live["CodeSha256"] == packages.sha256_of(function, packages.machine()))
