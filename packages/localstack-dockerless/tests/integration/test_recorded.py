"""Settings without an effect here are kept, shown and listed, so that one Terraform can use them on AWS."""

import json
import subprocess
import uuid
from typing import Any

from dockerless_testing import rds_instances
from dockerless_testing.emulator import Emulator
from dockerless_testing.lambda_functions import function
from dockerless_testing.programs import localstack_python
from dockerless_testing.roles import arn_of, role

PASS = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}
LOGS = """
import logging

def handle(event, context):
    logging.getLogger("part").warning("it %s", "happened", extra={"rows": 3})
    logging.getLogger("part").debug("unheard")
    print("plain")
    return 1
"""


def listed(emulator: Emulator, setting: str) -> list[str]:
    found = emulator.get_json("/_emulator/recorded")
    return [resource for each in found if each["setting"] == setting for resource in each["resources"]]


def test_an_active_tracing_of_a_function_is_listed(emulator: Emulator) -> None:
    with function(emulator, "def handle(event, context): return 1", TracingConfig={"Mode": "Active"}) as made:
        assert made.invoke().payload == 1
        shown = emulator.client("lambda").get_function_configuration(FunctionName=made.name)
        assert shown["TracingConfig"] == {"Mode": "Active"}
        assert shown["FunctionArn"] in listed(emulator, "TracingConfig Mode=Active")
    assert shown["FunctionArn"] not in listed(emulator, "TracingConfig Mode=Active")


def test_the_tracing_of_a_state_machine_is_listed(emulator: Emulator) -> None:
    steps = emulator.client("stepfunctions")
    with role(emulator) as any_role:
        arn = steps.create_state_machine(
            name=f"t{uuid.uuid4().hex}",
            definition=json.dumps(PASS),
            roleArn=arn_of(any_role),
            tracingConfiguration={"enabled": True},
        )["stateMachineArn"]
        assert steps.describe_state_machine(stateMachineArn=arn)["tracingConfiguration"] == {"enabled": True}
        assert arn in listed(emulator, "tracingConfiguration enabled=true")
        steps.delete_state_machine(stateMachineArn=arn)


def test_iam_logins_to_a_database_are_kept_and_printed(emulator: Emulator) -> None:
    rds, name = emulator.client("rds"), f"t{uuid.uuid4().hex[:12]}"
    shown = rds_instances.create(rds, name, EnableIAMDatabaseAuthentication=True)
    try:
        assert shown["IAMDatabaseAuthenticationEnabled"] is True
        command = [str(localstack_python()), "-m", "localstack_dockerless.recorded", emulator.url]
        printed = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
        assert "rds: EnableIAMDatabaseAuthentication. On AWS: " in printed
        assert shown["DBInstanceArn"] in printed
        rds_instances.available(rds, name)
        rds.modify_db_instance(DBInstanceIdentifier=name, EnableIAMDatabaseAuthentication=False)
        assert rds_instances.described(rds, name)["IAMDatabaseAuthenticationEnabled"] is False
        assert shown["DBInstanceArn"] not in listed(emulator, "EnableIAMDatabaseAuthentication")
    finally:
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def test_json_logs_are_written(emulator: Emulator) -> None:
    """They are no record: the runtime client and Lambda's own lines are JSON."""
    settings: dict[str, Any] = {"LoggingConfig": {"LogFormat": "JSON"}}
    with function(emulator, LOGS, **settings) as made:
        made.invoke()
        made.wait_for_log("platform.report")
        messages = [event["message"].strip() for _, event in made.log_events()]
    assert "plain" in messages
    lines = [json.loads(message) for message in messages if message != "plain"]
    assert [line["type"] for line in lines if "type" in line] == [
        "platform.initStart",
        "platform.start",
        "platform.report",
    ]
    (own,) = [line for line in lines if "type" not in line]
    assert (own["level"], own["message"], own["logger"], own["rows"]) == ("WARNING", "it happened", "part", 3)
    assert (
        own["requestId"] == next(line for line in lines if line.get("type") == "platform.start")["record"]["requestId"]
    )
