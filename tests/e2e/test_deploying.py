"""What the deployment from GitHub relies on: a plan without a right to read a secret, and the smoke test."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from domain.customers import KEY
from local.launcher import terraform
from local.launcher.settings import REPOSITORY
from local.launcher.terraform_environment import environment
from local.observe.running import RunningStack
from tests.e2e.iam import Iam

PLAN_ROLE = ["ec2:DescribeAvailabilityZones"]
"""What terraform/bootstrap allows the plan of a pull request, beside the state's bucket. The state here is a file."""


@pytest.fixture
def copy(stack: RunningStack) -> Iterator[Path]:
    """Gives a copy of the stack's configuration and state, beside it, so that its relative paths stay right."""
    folder = stack.settings.directory / f"terraform-{uuid.uuid4().hex[:8]}"
    shutil.copytree(terraform.working_copy(stack.settings), folder, symlinks=True)
    for override in folder.glob("*_override.tf"):  # tflocal's, of another command at the same time
        override.unlink()
    yield folder
    shutil.rmtree(folder)


def plan(stack: RunningStack, copy: Path, session: Mapping[str, str]) -> tuple[int, str]:
    """Plans with the session of a role. It leaves tflocal out, which would take other credentials."""
    given = environment(stack.settings) | {
        "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
        "AWS_SESSION_TOKEN": session["SessionToken"],
    }
    command = ["terraform", "plan", "-input=false", "-no-color", "-lock=false", "-refresh=false", "-detailed-exitcode"]
    command += terraform.variables(stack.settings)
    done = subprocess.run(command, cwd=copy, env=given, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def test_a_plan_of_a_pull_request_needs_no_right_to_read_a_secret(stack: RunningStack, copy: Path) -> None:
    with Iam(stack).session(PLAN_ROLE) as session:
        code, output = plan(stack, copy, session)
    assert code == 0, output


def test_the_smoke_test_passes_and_leaves_no_customer(stack: RunningStack) -> None:
    done = subprocess.run(
        ["make", "smoke"],
        cwd=REPOSITORY,
        env=os.environ | {"STACK": stack.name},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("ok ") == 7
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.outputs["customers_table"])
    assert [item for page in pages for item in page["Items"] if item[KEY]["S"].startswith("SMOKE-")] == []
