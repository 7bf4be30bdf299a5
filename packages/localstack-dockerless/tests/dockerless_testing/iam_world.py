"""Makes functions, state machines and alarms for the tests of IAM, and reads the record of the calls."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.roles import arn_of

ACCOUNT, REGION = "000000000000", "eu-central-1"
HARMLESS = {"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*"}
LOGS = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


def denied(code: str, action: str, call: Callable[[], Any]) -> str:
    """Returns the message of the error that `call` has to raise."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    assert f"is not authorized to perform: {action}" in error["Message"]
    return str(error["Message"])


def report(emulator: Emulator) -> dict[str, Any]:
    found: dict[str, Any] = emulator.get_json("/_emulator/iam/report")
    return found


def was_denied(emulator: Emulator, who: str, action: str, resource: str = "") -> bool:
    return any(
        entry["principal"].endswith(who)
        and entry["action"] == action
        and (not resource or resource in entry["resources"])
        for entry in report(emulator)["denied"]
    )


def uses(emulator: Emulator, owner: str, action: str) -> int:
    policies = [policy for policy in report(emulator)["policies"] if policy["owner"] == owner]
    return sum(statement["uses"].get(action, 0) for policy in policies for statement in policy["statements"])


def put_alarm(cloudwatch: Any, name: str, topic: str) -> None:
    settings = {"MetricName": "m", "Namespace": "n", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0}
    cloudwatch.put_metric_alarm(
        AlarmName=name, AlarmActions=[topic], ComparisonOperator="GreaterThanThreshold", Statistic="Sum", **settings
    )


def unencrypted(request: Any, **_: Any) -> None:
    request.headers["X-Forwarded-Proto"] = "http"


def assert_missing_table(dynamodb: Any) -> None:
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.scan(TableName="none")


def create_function(emulator: Emulator, role_name: str, **settings: Any) -> None:
    emulator.client("lambda").create_function(
        FunctionName=f"f{uuid.uuid4().hex}",
        Role=arn_of(role_name),
        Runtime="python3.13",
        Handler="app.handle",
        Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
        **settings,
    )


def create_machine(emulator: Emulator, role_name: str, FunctionName: str = "", **settings: Any) -> str:  # noqa: N803 -- AWS's
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": FunctionName}}
    if "Credentials" in settings:
        task["Credentials"] = settings.pop("Credentials")
    only = {"Type": "Pass"} if settings.pop("Pass", False) else task
    made = emulator.client("stepfunctions").create_state_machine(
        name=f"m{uuid.uuid4().hex}",
        roleArn=arn_of(role_name),
        definition=json.dumps({"StartAt": "Only", "States": {"Only": {**only, "End": True}}}),
        **settings,
    )
    return str(made["stateMachineArn"])


def not_running(states: Any, execution: str) -> Any:
    description = states.describe_execution(executionArn=execution)
    return description if description["status"] != "RUNNING" else None
