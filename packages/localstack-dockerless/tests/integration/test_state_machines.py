"""State machines keep their settings, answer under each of their names, and refuse unsupported settings."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.event_world import ACCOUNT, REGION, unique
from dockerless_testing.roles import arn_of, role

PASS: dict[str, Any] = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555"
ENCRYPTED = {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": KEY, "kmsDataKeyReusePeriodSeconds": 300}


@pytest.fixture(scope="module")
def role_arn(emulator: Emulator) -> Iterator[str]:
    with role(emulator) as name:
        yield arn_of(name)


def create(emulator: Emulator, role_arn: str, **settings: Any) -> str:
    made = emulator.client("stepfunctions").create_state_machine(
        name=unique(), roleArn=role_arn, **({"definition": json.dumps(PASS)} | settings)
    )
    return str(made["stateMachineArn"])


def test_tracing_and_encryption_are_kept(emulator: Emulator, role_arn: str) -> None:
    states = emulator.client("stepfunctions")
    plain = states.describe_state_machine(stateMachineArn=create(emulator, role_arn))
    assert plain["tracingConfiguration"] == {"enabled": False}
    assert plain["encryptionConfiguration"] == {"type": "AWS_OWNED_KEY"}
    arn = create(emulator, role_arn, tracingConfiguration={"enabled": True}, encryptionConfiguration=ENCRYPTED)
    made = states.describe_state_machine(stateMachineArn=arn)
    assert (made["tracingConfiguration"], made["encryptionConfiguration"]) == ({"enabled": True}, ENCRYPTED)
    states.update_state_machine(stateMachineArn=arn, tracingConfiguration={"enabled": False})
    states.update_state_machine(stateMachineArn=arn, encryptionConfiguration={"type": "AWS_OWNED_KEY"})
    changed = states.describe_state_machine(stateMachineArn=arn)
    assert changed["tracingConfiguration"] == {"enabled": False}
    assert changed["encryptionConfiguration"] == {"type": "AWS_OWNED_KEY"}
    assert json.loads(changed["definition"]) == PASS


def test_a_machine_is_described_and_started_under_each_of_its_names(emulator: Emulator, role_arn: str) -> None:
    states = emulator.client("stepfunctions")
    arn = create(emulator, role_arn, encryptionConfiguration=ENCRYPTED)
    version = states.publish_state_machine_version(stateMachineArn=arn)["stateMachineVersionArn"]
    routing = [{"stateMachineVersionArn": version, "weight": 100}]
    alias = states.create_state_machine_alias(name="live", routingConfiguration=routing)["stateMachineAliasArn"]
    for name, described_as in ((arn, arn), (version, version), (alias, version)):
        found = states.describe_state_machine(stateMachineArn=name)
        assert (found["stateMachineArn"], json.loads(found["definition"])) == (described_as, PASS)
        assert found["encryptionConfiguration"] == ENCRYPTED
        execution = states.start_execution(stateMachineArn=name)["executionArn"]
        assert states.describe_execution(executionArn=execution)["status"] in ("RUNNING", "SUCCEEDED")
    with pytest.raises(states.exceptions.StateMachineDoesNotExist):
        states.describe_state_machine(stateMachineArn=f"{arn}:nobody")


@pytest.mark.parametrize("name", ["/x/log-group", "log-group", "/log-group/x", "plain"])
def test_a_log_group_may_have_any_name(emulator: Emulator, role_arn: str, name: str) -> None:
    logs, group = emulator.client("logs"), f"/{unique()}{name}"
    logs.create_log_group(logGroupName=group)
    destination = {"logGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:*"}
    logging = {"level": "ALL", "includeExecutionData": True, "destinations": [{"cloudWatchLogsLogGroup": destination}]}
    arn = create(emulator, role_arn, loggingConfiguration=logging)
    assert emulator.client("stepfunctions").describe_state_machine(stateMachineArn=arn)["name"]
    logs.delete_log_group(logGroupName=group)


INNER = {"StartAt": "A", "States": {"A": {"Type": "Map", "End": True, "ItemProcessor": PASS}}}


@pytest.mark.parametrize(
    "definition",
    [
        {**PASS, "QueryLanguage": "JSONata"},
        {"StartAt": "A", "States": {"A": {"Type": "Pass", "QueryLanguage": "JSONata", "End": True}}},
        {**INNER, "States": {"A": {**INNER["States"]["A"], "ItemProcessor": {**PASS, "QueryLanguage": "JSONata"}}}},  # type: ignore[index]
    ],
)
def test_jsonata_is_refused_by_name(emulator: Emulator, role_arn: str, definition: dict[str, Any]) -> None:
    states, text = emulator.client("stepfunctions", retries={"max_attempts": 0}), json.dumps(definition)
    arn = create(emulator, role_arn)
    calls: list[Any] = [
        lambda: states.create_state_machine(name=unique(), roleArn=role_arn, definition=text),
        lambda: states.update_state_machine(stateMachineArn=arn, definition=text),
        lambda: states.validate_state_machine_definition(definition=text),
    ]
    for call in calls:
        with pytest.raises(ClientError, match="JSONata is not supported by this emulator") as refused:
            call()
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
