"""Copies the tests, lets them use the Python of this machine, and makes the roles that they name."""

import json
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from dockerless_testing.emulator import Emulator
from dockerless_testing.programs import lambda_python
from recorded_answers.prepare import runtime

_ASKED = re.compile(r"\bpython3\.1[12]\b")
_ROLES = (
    "R",
    "r",
    "role",
    "sfn-role",
    "test",
    "test-role",
    "lambda-role",
    "eb-invoke-sfn",
    "eb-cross-region",
    "StepFunctionsRole",
)
_SERVICES = ("apigateway", "events", "lambda", "scheduler", "states")


def prepare(tests: Path, folder: Path) -> Path:
    """Copies `tests` into `folder`, and returns `folder`. The runtimes of Python become the one of this machine."""
    copy = folder / "tests"
    shutil.copytree(tests, copy, ignore=shutil.ignore_patterns("__pycache__"))
    here = runtime(lambda_python())
    for path in copy.glob("*.py"):
        path.write_text(_ASKED.sub(here, path.read_text()).replace("/_alb/", "/_aws/elb/").replace("/$default/", "/"))
    return folder


def make_roles(emulator: Emulator) -> None:
    """Creates the roles that MiniStack's tests name and do not create. They allow everything."""
    iam = emulator.client("iam")
    principals = [f"{name}.amazonaws.com" for name in _SERVICES]
    trust = {"Effect": "Allow", "Principal": {"Service": principals}, "Action": "sts:AssumeRole"}
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    for name in _ROLES:
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document(trust))
        iam.put_role_policy(RoleName=name, PolicyName="everything", PolicyDocument=_document(everything))


def _document(statement: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
