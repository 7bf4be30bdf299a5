"""Roles trust regional service names, Lambda checks a role for a VPC, and unknown calls are reported."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.iam_world import create_function, create_machine, not_running, report
from dockerless_testing.roles import arn_of, role, trust
from dockerless_testing.waiting import wait_until

# https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSLambdaENIManagementAccess.html
ENI_MANAGEMENT = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
)


def allow(*actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": "*"}


def as_role(emulator: Emulator, name: str, service: Any) -> Any:
    """Returns a client with a session of the role."""
    session = emulator.client("sts").assume_role(RoleArn=arn_of(name), RoleSessionName="me")["Credentials"]
    return boto3.client(
        service,
        endpoint_url=emulator.url,
        region_name="eu-central-1",
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )


def error_of(call: Any, **request: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**request)
    return str(caught.value.response["Error"]["Code"])


def test_a_role_can_trust_a_service_of_its_region(emulator: Emulator) -> None:
    states = emulator.client("stepfunctions")
    trusted = trust({"Service": "states.eu-central-1.amazonaws.com"})
    with role(emulator, trusted=trusted) as name:
        machine = create_machine(emulator, name, Pass=True)
        execution = states.start_execution(stateMachineArn=machine)["executionArn"]
        assert wait_until(lambda: not_running(states, execution), 30, "the execution's end")["status"] == "SUCCEEDED"
        states.delete_state_machine(stateMachineArn=machine)
    with role(emulator, trusted=trust({"Service": ["lambda.eu-central-1.amazonaws.com"]})) as name:
        create_function(emulator, name)


def test_a_service_of_another_region_is_not_let_in(emulator: Emulator) -> None:
    refused = pytest.raises(ClientError, match="is authorized to assume the provided role")
    with role(emulator, trusted=trust({"Service": "states.us-east-1.amazonaws.com"})) as name, refused:
        create_machine(emulator, name, Pass=True)


def test_awss_managed_set_for_network_interfaces_is_enough_for_a_vpc(emulator: Emulator) -> None:
    subnet = emulator.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    vpc = {"SubnetIds": [subnet], "SecurityGroupIds": []}
    with role(emulator, allow(*ENI_MANAGEMENT)) as name:
        create_function(emulator, name, VpcConfig=vpc)
    for missing in ENI_MANAGEMENT:
        refused = pytest.raises(ClientError, match=f"permissions to call {missing.partition(':')[2]} on EC2")
        kept = [action for action in ENI_MANAGEMENT if action != missing]
        with role(emulator, allow(*kept)) as name, refused:
            create_function(emulator, name, VpcConfig=vpc)


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("send_task_success", {"output": "{}"}),
        ("send_task_failure", {}),
        ("send_task_heartbeat", {}),
    ],
)
def test_a_task_token_is_returned_by_who_may(emulator: Emulator, operation: str, request_: dict[str, Any]) -> None:
    action = "states:" + "".join(word.title() for word in operation.split("_"))
    me = {"AWS": "arn:aws:iam::000000000000:root"}
    with role(emulator, allow(action), trusted=trust(me)) as name:
        call = getattr(as_role(emulator, name, "stepfunctions"), operation)
        assert error_of(call, taskToken="none", **request_) != "AccessDeniedException"
    with role(emulator, allow("states:StartExecution"), trusted=trust(me)) as name:
        call = getattr(as_role(emulator, name, "stepfunctions"), operation)
        assert error_of(call, taskToken="none", **request_) == "AccessDeniedException"


@pytest.mark.parametrize(
    ("service", "operation", "request_", "action"),
    [
        ("stepfunctions", "list_activities", {}, "states:ListActivities"),
        ("elbv2", "describe_load_balancers", {}, "elasticloadbalancing:DescribeLoadBalancers"),
        ("kms", "list_keys", {}, "kms:ListKeys"),
        ("rds", "describe_db_instances", {}, "rds:DescribeDBInstances"),
    ],
)
def test_a_call_that_enforcement_does_not_know_is_denied_and_the_report_says_what_to_add(
    emulator: Emulator, service: str, operation: str, request_: dict[str, Any], action: str
) -> None:
    me = {"AWS": "arn:aws:iam::000000000000:root"}
    with role(emulator, trusted=trust(me)) as name:  # it may do everything
        code = error_of(getattr(as_role(emulator, name, service), operation), **request_)
        assert code.startswith(("AccessDenied", "AuthorizationError"))
        (found,) = [
            each for each in report(emulator)["denied"] if each["principal"].endswith(name) and each["action"] == action
        ]
        assert found["add"].startswith(f"{action} to the calls that this emulator knows")
