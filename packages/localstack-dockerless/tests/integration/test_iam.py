"""A call that no policy allows gets the error of AWS's service, whether a client or a function's code makes it."""

from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.iam_world import (
    ACCOUNT,
    HARMLESS,
    LOGS,
    arn,
    was_denied,
)
from dockerless_testing.lambda_functions import function
from dockerless_testing.roles import ANYTHING, document, role
from dockerless_testing.waiting import wait_until

TABLE = arn("dynamodb", "table")
SECRET = arn("secretsmanager", "secret:s-AbCdEf")
MACHINE = arn("states", "stateMachine:m")
PROBE = """
import boto3
from botocore.exceptions import ClientError

def handle(event, context):
    client = boto3.client(event["service"])
    try:
        getattr(client, event["call"])(**event["with"])
    except ClientError as error:
        return error.response["Error"] | {"Status": error.response["ResponseMetadata"]["HTTPStatusCode"]}
    return {"Code": "", "Message": "", "Status": 200}
"""

# AWS's answer of each service: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
CALLS: dict[str, tuple[str, int, dict[str, Any], str]] = {
    "dynamodb:GetItem": ("AccessDeniedException", 400, {"TableName": "t", "Key": {"k": {"S": "1"}}}, f"{TABLE}/t"),
    "s3:GetObject": ("AccessDenied", 403, {"Bucket": "nobodys", "Key": "date=1/x"}, "arn:aws:s3:::nobodys/date=1/x"),
    "s3:ListBucket": ("AccessDenied", 403, {"Bucket": "nobodys"}, "arn:aws:s3:::nobodys"),
    "sqs:SendMessage": (
        "AccessDenied",
        403,
        {"QueueUrl": f"http://127.0.0.1/{ACCOUNT}/q", "MessageBody": "x"},
        arn("sqs", "q"),
    ),
    "sns:Publish": ("AuthorizationError", 403, {"TopicArn": arn("sns", "t"), "Message": "x"}, arn("sns", "t")),
    "ses:SendEmail": (
        "AccessDenied",
        403,
        {
            "Source": "from@example.com",
            "Destination": {"ToAddresses": ["to@example.com"]},
            "Message": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}},
        },
        arn("ses", "identity/from@example.com"),
    ),
    "secretsmanager:GetSecretValue": ("AccessDeniedException", 400, {"SecretId": SECRET}, SECRET),
    "lambda:InvokeFunction": ("AccessDeniedException", 403, {"FunctionName": "other"}, arn("lambda", "function:other")),
    "states:StartExecution": ("AccessDeniedException", 400, {"stateMachineArn": MACHINE}, MACHINE),
    "ec2:DescribeSubnets": ("UnauthorizedOperation", 403, {}, "*"),
    "logs:CreateLogStream": (
        "AccessDeniedException",
        400,
        {"logGroupName": "/other", "logStreamName": "s"},
        arn("logs", "log-group:/other:log-stream:s"),
    ),
    "kinesis:PutRecord": (
        "AccessDeniedException",
        400,
        {"StreamName": "s", "Data": b"x", "PartitionKey": "1"},
        arn("kinesis", "stream/s"),
    ),
    "events:PutEvents": (
        "AccessDeniedException",
        400,
        {"Entries": [{"Source": "s", "DetailType": "t", "Detail": "{}"}]},
        arn("events", "event-bus/default"),
    ),
    "kinesis:DeleteStream": ("AccessDeniedException", 400, {"StreamName": "s"}, "*"),  # an action that is not known
}
METHODS = {
    "s3:ListBucket": ("s3", "list_objects_v2"),
    "lambda:InvokeFunction": ("lambda", "invoke"),
    "states:StartExecution": ("stepfunctions", "start_execution"),
}


@pytest.mark.parametrize("action", CALLS)
def test_a_denied_call_gets_the_services_own_error(emulator: Emulator, act: Any, action: str):
    code, status, parameters, resource = CALLS[action]
    service, operation = action.split(":")
    service, method = METHODS.get(action) or (service, xform_name(operation))
    with role(emulator, HARMLESS) as name, pytest.raises(ClientError) as caught:
        getattr(act(name, service), method)(**parameters)
    answer = caught.value.response
    assert (answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/test"
    sentence = f"User: {session} is not authorized to perform: {action} on resource: {resource} because"
    assert sentence in answer["Error"]["Message"]


def test_the_code_of_a_function_has_its_roles_rights(emulator: Emulator):
    with function(emulator, PROBE, may=[LOGS]) as probe:
        event = {"service": "dynamodb", "call": "scan", "with": {"TableName": "t"}}
        answer = probe.invoke(event).payload
        assert answer["Code"] == "AccessDeniedException"
        who = f"arn:aws:sts::{ACCOUNT}:assumed-role/{probe.role}/{probe.name}"
        assert answer["Message"] == (
            f"User: {who} is not authorized to perform: dynamodb:Scan on resource: {TABLE}/t "
            "because no identity-based policy allows the dynamodb:Scan action"
        )
        may_scan = document(LOGS, {"Effect": "Allow", "Action": "dynamodb:Scan", "Resource": f"{TABLE}/t"})
        emulator.client("iam").put_role_policy(RoleName=probe.role, PolicyName="work", PolicyDocument=may_scan)
        assert probe.invoke(event).payload["Code"] == "ResourceNotFoundException"  # there is no such table


def test_a_function_that_may_not_write_its_log_runs_without_one(emulator: Emulator):
    with function(
        emulator, "def handle(event, context): return 7", may=[{**LOGS, "Action": "logs:CreateLogStream"}]
    ) as mute:
        assert mute.invoke().payload == 7
        wait_until(lambda: was_denied(emulator, mute.role, "logs:CreateLogGroup"), 20, "the log to be denied")


def test_the_calls_of_a_function_carry_its_arn(emulator: Emulator):
    """https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html"""
    with function(emulator, PROBE) as probe:
        not_from_code: dict[str, Any] = {"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}
        not_from_code["Condition"] = {
            "ArnEquals": {"lambda:SourceFunctionArn": arn("lambda", f"function:{probe.name}")}
        }
        policy = document(ANYTHING, not_from_code)
        emulator.client("iam").put_role_policy(RoleName=probe.role, PolicyName="work", PolicyDocument=policy)
        answer = probe.invoke({"service": "ec2", "call": "describe_subnets", "with": {}}).payload
        assert answer["Code"] == "UnauthorizedOperation"
        assert "with an explicit deny in an identity-based policy" in answer["Message"]


def test_a_session_of_nobody_is_refused(emulator: Emulator):
    made_up = {"AccessKeyId": "LSIAQAAAAAAANOBODY00", "SecretAccessKey": "x", "SessionToken": "x"}
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        emulator.client_with(made_up, "dynamodb").list_tables()
