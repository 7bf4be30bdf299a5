"""Roles may do what their policies allow, and get AWS's error otherwise."""

import json
import uuid
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.iam_world import (
    ACCOUNT,
    REGION,
    arn,
    assert_missing_table,
    create_function,
    create_machine,
    not_running,
    put_alarm,
    report,
    unencrypted,
    uses,
    was_denied,
)
from dockerless_testing.lambda_functions import function
from dockerless_testing.roles import ANYTHING, arn_of, document, role, trust
from dockerless_testing.waiting import wait_until

HARMLESS = {"Effect": "Allow", "Action": "iam:GetRole", "Resource": "*"}
LOGS = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}


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


@pytest.fixture(scope="module")
def act(emulator: Emulator) -> Any:
    """Yields a function that returns a client with a session of a role. The operator assumed the role."""

    def client(role_name: str, service: str) -> Any:
        sts = emulator.client("sts")
        made = sts.assume_role(RoleArn=arn_of(role_name), RoleSessionName="test")
        return emulator.client_with(made["Credentials"], service)

    return client


@pytest.fixture
def bucket(emulator: Emulator) -> Iterator[str]:
    s3, name = emulator.client("s3"), f"bucket-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=name, Key="date=1/x", Body=b"x")
    yield name
    for stored in s3.list_objects_v2(Bucket=name)["Contents"]:
        s3.delete_object(Bucket=name, Key=stored["Key"])
    s3.delete_bucket(Bucket=name)


def denied(code: str, action: str, call: Callable[[], Any]) -> str:
    """Returns the message of the error that `call` has to raise."""
    with pytest.raises(ClientError) as caught:
        call()
    error = caught.value.response["Error"]
    assert error["Code"] == code, error
    assert f"is not authorized to perform: {action}" in error["Message"]
    return str(error["Message"])


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


class TestPolicies:
    def test_one_that_aws_manages(self, emulator: Emulator, act: Any):
        iam, managed = emulator.client("iam"), "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
        with role(emulator, HARMLESS) as name:
            ec2 = act(name, "ec2")
            denied("UnauthorizedOperation", "ec2:DescribeNetworkInterfaces", ec2.describe_network_interfaces)
            iam.attach_role_policy(RoleName=name, PolicyArn=managed)
            ec2.describe_network_interfaces()

    def test_a_new_version_of_a_managed_one_holds_at_once(self, emulator: Emulator, act: Any):
        iam = emulator.client("iam")
        made = iam.create_policy(PolicyName=f"p{uuid.uuid4().hex}", PolicyDocument=document(ANYTHING))["Policy"]["Arn"]
        with role(emulator, HARMLESS) as name:
            iam.attach_role_policy(RoleName=name, PolicyArn=made)
            dynamodb = act(name, "dynamodb")
            assert_missing_table(dynamodb)
            nothing = document({**ANYTHING, "Effect": "Deny"})
            iam.create_policy_version(PolicyArn=made, PolicyDocument=nothing, SetAsDefault=True)
            message = denied("AccessDeniedException", "dynamodb:Scan", lambda: dynamodb.scan(TableName="none"))
            assert "explicit deny" in message

    def test_a_boundary_limits_them(self, emulator: Emulator, act: Any):
        iam = emulator.client("iam")
        only_s3 = document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
        boundary = iam.create_policy(PolicyName=f"b{uuid.uuid4().hex}", PolicyDocument=only_s3)["Policy"]["Arn"]
        with role(emulator) as name:
            dynamodb = act(name, "dynamodb")
            assert_missing_table(dynamodb)
            iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
            message = denied("AccessDeniedException", "dynamodb:Scan", lambda: dynamodb.scan(TableName="none"))
            assert "because no permissions boundary allows the dynamodb:Scan action" in message
            iam.delete_role_permissions_boundary(RoleName=name)

    def test_a_condition_that_is_not_known_denies_and_is_named(self, emulator: Emulator, act: Any):
        unclear = {**ANYTHING, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
        with role(emulator, unclear) as name:
            dynamodb = act(name, "dynamodb")
            message = denied("AccessDeniedException", "dynamodb:Scan", lambda: dynamodb.scan(TableName="none"))
            assert "does not evaluate the condition key aws:PrincipalOrgID in " in message

    @pytest.mark.parametrize("taken", range(3))
    def test_one_statement_less_is_one_right_less(self, emulator: Emulator, act: Any, bucket: str, taken: int):
        objects = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/date=*"}
        listing: dict[str, Any] = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"}
        listing["Condition"] = {"StringLike": {"s3:prefix": "date=*"}}
        writing = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/date=*"}
        statements = [objects, listing, writing]
        with role(emulator, *statements) as name:
            s3 = act(name, "s3")
            calls: list[tuple[str, Callable[[], Any]]] = [
                ("s3:GetObject", lambda: s3.get_object(Bucket=bucket, Key="date=1/x")),
                ("s3:ListBucket", lambda: s3.list_objects_v2(Bucket=bucket, Prefix="date=1/")),
                ("s3:PutObject", lambda: s3.put_object(Bucket=bucket, Key="date=1/y", Body=b"y")),
            ]
            for _, call in calls:
                call()
            rest = document(*(statement for index, statement in enumerate(statements) if index != taken))
            emulator.client("iam").put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=rest)
            for index, (action, call) in enumerate(calls):
                denied("AccessDenied", action, call) if index == taken else call()


class TestBuckets:
    def test_who_may_not_list_is_not_told_that_an_object_is_missing(self, emulator: Emulator, act: Any, bucket: str):
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""
        reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
        listing = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"}
        with role(emulator, reading) as name:
            s3 = act(name, "s3")
            denied("AccessDenied", "s3:ListBucket", lambda: s3.get_object(Bucket=bucket, Key="missing"))
            with pytest.raises(ClientError, match="403"):
                s3.head_object(Bucket=bucket, Key="missing")
            allowed = document(reading, listing)
            emulator.client("iam").put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=allowed)
            with pytest.raises(s3.exceptions.NoSuchKey):
                s3.get_object(Bucket=bucket, Key="missing")

    def test_their_policy_lets_in_and_keeps_out(self, emulator: Emulator, act: Any, bucket: str):
        with role(emulator, HARMLESS) as name:
            s3 = act(name, "s3")
            grant: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": arn_of(name)}, "Action": "s3:GetObject"}
            grant["Resource"] = f"arn:aws:s3:::{bucket}/*"
            tls: dict[str, Any] = {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": f"arn:aws:s3:::{bucket}/*",
            }
            tls["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
            emulator.client("s3").put_bucket_policy(Bucket=bucket, Policy=document(grant, tls))
            s3.get_object(Bucket=bucket, Key="date=1/x")
            s3.meta.events.register("before-send.s3", unencrypted)
            message = denied("AccessDenied", "s3:GetObject", lambda: s3.get_object(Bucket=bucket, Key="date=1/x"))
            assert message.endswith("with an explicit deny in a resource-based policy")
            emulator.client("s3").delete_bucket_policy(Bucket=bucket)


class TestServices:
    def test_lambda_needs_the_roles_trust(self, emulator: Emulator):
        trusted = trust({"Service": "states.amazonaws.com"})
        refused = pytest.raises(ClientError, match="cannot be assumed by Lambda")
        with role(emulator, trusted=trusted) as name, refused:
            create_function(emulator, name)

    def test_lambda_needs_rights_for_a_vpc(self, emulator: Emulator):
        subnet = emulator.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
        vpc = {"SubnetIds": [subnet], "SecurityGroupIds": []}
        refused = pytest.raises(ClientError, match="does not have permissions to call CreateNetworkInterface on EC2")
        with role(emulator, LOGS) as name, refused:
            create_function(emulator, name, VpcConfig=vpc)

    def test_step_functions_needs_the_roles_trust_for_its_account(self, emulator: Emulator):
        other = {"StringEquals": {"aws:SourceAccount": "111122223333"}}
        refused = pytest.raises(ClientError, match="is authorized to assume the provided role")
        with role(emulator, trusted=trust({"Service": "states.amazonaws.com"}, Condition=other)) as name, refused:
            create_machine(emulator, name)

    def test_step_functions_needs_the_rights_to_deliver_its_log(self, emulator: Emulator):
        group = f"/aws/vendedlogs/states/{uuid.uuid4().hex}"
        emulator.client("logs").create_log_group(logGroupName=group)
        destination = {"cloudWatchLogsLogGroup": {"logGroupArn": arn("logs", f"log-group:{group}:*")}}
        logging = {"level": "ALL", "includeExecutionData": False, "destinations": [destination]}
        refused = pytest.raises(ClientError, match="not authorized to access the Log Destination")
        with role(emulator, HARMLESS) as name, refused:
            create_machine(emulator, name, loggingConfiguration=logging)
        emulator.client("logs").delete_log_group(logGroupName=group)

    def test_a_state_machine_that_may_not_invoke_fails(self, emulator: Emulator):
        states = emulator.client("stepfunctions")
        with function(emulator, "def handle(event, context): return 1") as target, role(emulator, LOGS) as name:
            machine = create_machine(emulator, name, FunctionName=target.name)
            execution = states.start_execution(stateMachineArn=machine)["executionArn"]
            ended = wait_until(lambda: not_running(states, execution), 30, "the execution's end")
            assert ended["status"] == "FAILED"
            assert "is not authorized to perform: lambda:InvokeFunction" in ended["cause"]
            states.delete_state_machine(stateMachineArn=machine)

    def test_a_rule_that_may_not_start_executions_starts_none(self, emulator: Emulator):
        events, states, rule = emulator.client("events"), emulator.client("stepfunctions"), f"r{uuid.uuid4().hex}"
        with role(emulator) as runs, role(emulator, LOGS) as name:
            machine = create_machine(emulator, runs, Pass=True)
            events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))
            events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": machine, "RoleArn": arn_of(name)}])
            events.put_events(Entries=[{"Source": rule, "DetailType": "test", "Detail": "{}"}])
            wait_until(lambda: was_denied(emulator, name, "states:StartExecution"), 30, "the start to be denied")
            assert states.list_executions(stateMachineArn=machine)["executions"] == []
            events.remove_targets(Rule=rule, Ids=["1"])
            events.delete_rule(Name=rule)
            states.delete_state_machine(stateMachineArn=machine)

    def test_an_alarm_needs_the_topics_leave(self, emulator: Emulator):
        """https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"""
        sns, cloudwatch, name = emulator.client("sns"), emulator.client("cloudwatch"), f"a{uuid.uuid4().hex}"
        topic = sns.create_topic(Name=name)["TopicArn"]
        only_me = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sns:Publish", "Resource": topic}
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document(only_me))
        put_alarm(cloudwatch, name, topic)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
        wait_until(lambda: was_denied(emulator, "cloudwatch.amazonaws.com", "sns:Publish", topic), 20, "a denial")
        alarm = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"][0]["AlarmArn"]
        leave = {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish"}
        leave |= {"Resource": topic, "Condition": {"ArnLike": {"aws:SourceArn": alarm}}}
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document(leave))
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="test")
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
        wait_until(lambda: uses(emulator, topic, "sns:Publish") == 1, 20, "the alarm's message to be let through")
        cloudwatch.delete_alarms(AlarmNames=[name])
        sns.delete_topic(TopicArn=topic)


class TestKeys:
    """https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"""

    def test_the_key_of_a_topic_has_to_let_the_publisher_in(self, emulator: Emulator, act: Any):
        kms, sns = emulator.client("kms"), emulator.client("sns")
        owner = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*"}
        key = kms.create_key(Policy=document({**owner, "Resource": "*"}))["KeyMetadata"]["Arn"]
        topic = sns.create_topic(Name=f"t{uuid.uuid4().hex}", Attributes={"KmsMasterKeyId": key})["TopicArn"]
        publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic}
        with role(emulator, publish) as name:
            client = act(name, "sns")
            send = partial(client.publish, TopicArn=topic, Message="x")
            message = denied("KMSAccessDenied", "kms:GenerateDataKey", send)
            assert message.endswith(f"{key} because no resource-based policy allows the kms:GenerateDataKey action")
            uses_key: dict[str, Any] = {"Effect": "Allow", "Action": ["kms:GenerateDataKey", "kms:Decrypt"]}
            uses_key["Resource"] = key
            emulator.client("iam").put_role_policy(
                RoleName=name, PolicyName="work", PolicyDocument=document(publish, uses_key)
            )
            send()
        sns.delete_topic(TopicArn=topic)

    def test_a_topic_under_the_key_of_sns_takes_no_alarm(self, emulator: Emulator):
        name = f"a{uuid.uuid4().hex}"
        sns, cloudwatch = emulator.client("sns"), emulator.client("cloudwatch")
        topic = sns.create_topic(Name=name, Attributes={"KmsMasterKeyId": "alias/aws/sns"})["TopicArn"]
        put_alarm(cloudwatch, name, topic)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="test")
        key = arn("kms", "alias/aws/sns")
        who = "cloudwatch.amazonaws.com"
        wait_until(lambda: was_denied(emulator, who, "kms:GenerateDataKey", key), 20, "the key to be denied")
        cloudwatch.delete_alarms(AlarmNames=[name])
        sns.delete_topic(TopicArn=topic)


def test_a_session_of_nobody_is_refused(emulator: Emulator):
    made_up = {"AccessKeyId": "LSIAQAAAAAAANOBODY00", "SecretAccessKey": "x", "SessionToken": "x"}
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        emulator.client_with(made_up, "dynamodb").list_tables()


def test_a_policy_that_is_not_used_is_reported(emulator: Emulator, act: Any, bucket: str):
    reading = {
        "Sid": "Read",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    with role(emulator, reading) as name:
        act(name, "s3").get_object(Bucket=bucket, Key="date=1/x")
        (policy,) = [policy for policy in report(emulator)["policies"] if policy["name"] == f"{name}/work"]
        (statement,) = policy["statements"]
        assert statement["uses"]["s3:GetObject"] == 0  # the operator assumed the role, not a service
        assert not statement["needed"]
        assert sorted(statement["superfluous"]) == [f"arn:aws:s3:::{bucket}/*", "s3:GetObject", "s3:PutObject"]
