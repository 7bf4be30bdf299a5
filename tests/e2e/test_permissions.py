"""The policies are exactly what is needed: over the record of all calls of the whole run.

`conftest.py` puts this file at the end. Its first tests call what the policies must deny; the last ones judge.
"""

import itertools
import json
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.waiting import wait_until
from local.commands.iam_report import Report
from local.observe.running import RunningStack
from operations.mailbox import forget_email, sent_emails
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers
from tests.e2e.iam import OPERATORS_ROLE, PERSON, Iam
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import whole_day

OTHER_REGION = "us-east-1"
IN_VPC = ["exporter", "database_roles"]
CODE_IN_VPC = [
    ("create_network_interface", {"SubnetId": "subnet-1"}),
    ("delete_network_interface", {"NetworkInterfaceId": "eni-1"}),
    ("describe_network_interfaces", {}),
    ("describe_subnets", {}),
    ("assign_private_ip_addresses", {"NetworkInterfaceId": "eni-1", "SecondaryPrivateIpAddressCount": 1}),
    ("unassign_private_ip_addresses", {"NetworkInterfaceId": "eni-1", "PrivateIpAddresses": ["10.0.0.1"]}),
]
WITHOUT_TLS = ["s3:ListBucket", "s3:GetObject", "sqs:SendMessage", "sns:Publish", "dynamodb:Scan"]
NOT_FOR_A_VIEWER = [
    "states:StartExecution",
    "dynamodb:PutItem",
    "dynamodb:Scan",
    "sqs:StartMessageMoveTask",
    "sqs:SendMessage",
    "s3:PutObject",
]
ONLY_ON_AWS = {
    # Without it nobody could change or delete the key; the operator's calls are not evaluated here.
    # https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
    ("RuleByTheAccountsPolicies", "the whole statement"),
    # What the stores do with the key when the operator makes them, and DynamoDB and RDS at any time.
    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html#dynamodb-kms-authz
    # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.Keys.html
    ("UseThroughTheStores", "kms:CreateGrant"),
    ("UseThroughTheStores", "kms:DescribeKey"),
    ("UseThroughTheStores", "kms:Encrypt"),
    ("UseThroughTheStores", "kms:GenerateDataKeyWithoutPlaintext"),
    ("UseThroughTheStores", "kms:ReEncryptFrom"),
    ("UseThroughTheStores", "kms:ReEncryptTo"),
    # AWS writes a large result file of a distributed Map in parts. The local stack writes each in one call.
    # https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
    ("PassOnShards", "s3:AbortMultipartUpload"),
    ("PassOnShards", "s3:ListMultipartUploadParts"),
    # Step Functions on AWS hears of the end of an execution that it waits for by a rule. The local one asks.
    # https://docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
    ("HearOfTheEndOfDays", "the whole statement"),
    # A session into the database goes through Session Manager, which is not here (docs/runbook.md).
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    ("OpenSessions", "the whole statement"),
}
"""Statements and actions that no call of the local stack can need, and why AWS does."""

AFTER_A_LOSS = {
    # A restore moves objects between S3 and the database. The restore drill runs one (docs/restore.md).
    ("UseObjectsOfRestores", "the whole statement"),
    ("EndUploadsThatFailed", "the whole statement"),
    # A task reads its secret again when the database refuses it (tests/integration/service/test_rotation.py).
    ("ReadOwnPasswordAgain", "the whole statement"),
}
"""Statements that these tests need for nothing, because they lose no database and change no password."""

WAY_IN = "-way-in (trust)"
"""No task here takes the role of the way into the database, because Session Manager is not here."""


@pytest.fixture(scope="module")
def iam(stack: RunningStack) -> Iam:
    return Iam(stack)


@pytest.fixture(scope="module")
def name(stack: RunningStack) -> str:
    """What the names of all that Terraform made begin with."""
    return str(stack.outputs["ecs_cluster"])


@pytest.fixture(scope="module")
def allowed_all(iam: Iam) -> Iterator[str]:
    """A role that only a Deny of somebody else's can stop; it is there until the record has been judged."""
    with iam.role() as arn:
        yield arn


@pytest.fixture(scope="module")
def whole_run(request: pytest.FixtureRequest) -> None:
    every_file = {path.name for path in Path(__file__).parent.glob("test_*.py")}
    missing = every_file - {item.path.name for item in request.session.items}
    if missing:
        pytest.skip(f"only the record of a whole run says what is needed; without {', '.join(sorted(missing))}")


@pytest.fixture(scope="module")
def report(iam: Iam) -> Report:
    return iam.report()


def assert_closed(call: Callable[[], Any]) -> None:
    with pytest.raises(ClientError) as caught:
        call()
    message = caught.value.response["Error"]["Message"]
    assert message.endswith("with an explicit deny in a resource-based policy")


def test_every_bucket_is_closed_to_calls_without_tls(
    stack: RunningStack, iam: Iam, allowed_all: str, name: str
) -> None:
    s3 = iam.unencrypted_client(allowed_all, "s3")
    buckets = [each["Name"] for each in stack.client("s3").list_buckets()["Buckets"] if each["Name"].startswith(name)]
    assert buckets
    for bucket in buckets:
        assert_closed(partial(s3.list_objects_v2, Bucket=bucket))
        assert_closed(partial(s3.get_object, Bucket=bucket, Key="date=1/x"))


def test_every_queue_is_closed_to_calls_without_tls(stack: RunningStack, iam: Iam, allowed_all: str, name: str) -> None:
    sqs, queues = iam.unencrypted_client(allowed_all, "sqs"), stack.client("sqs").list_queues(QueueNamePrefix=name)
    assert queues["QueueUrls"]
    for url in queues["QueueUrls"]:
        assert_closed(partial(sqs.send_message, QueueUrl=url, MessageBody="never sent"))


def test_every_topic_is_closed_to_calls_without_tls(stack: RunningStack, iam: Iam, allowed_all: str, name: str) -> None:
    sns, topics = iam.unencrypted_client(allowed_all, "sns"), stack.client("sns").list_topics()["Topics"]
    ours = [topic["TopicArn"] for topic in topics if f":{name}" in topic["TopicArn"]]
    assert ours
    for arn in ours:
        assert_closed(partial(sns.publish, TopicArn=arn, Message="never sent"))


def test_every_table_is_closed_to_calls_without_tls(stack: RunningStack, iam: Iam, allowed_all: str, name: str) -> None:
    dynamodb, tables = iam.unencrypted_client(allowed_all, "dynamodb"), stack.client("dynamodb").list_tables()
    ours = [table for table in tables["TableNames"] if table.startswith(name)]
    assert {stack.outputs["customers_table"], stack.outputs["alarms_table"]} <= set(ours)
    for table in ours:
        assert_closed(partial(dynamodb.scan, TableName=table))


@pytest.mark.parametrize("function", IN_VPC)
def test_code_may_not_use_the_rights_that_lambda_has_for_the_vpc(iam: Iam, name: str, function: str) -> None:
    """The statement names the function in any region. So a function of that name elsewhere shows what code may do."""
    with iam.twin(f"{name}-{function}", OTHER_REGION) as call:
        errors = call("ec2", CODE_IN_VPC)
    assert {error["Code"] for error in errors} == {"UnauthorizedOperation"}
    assert all("with an explicit deny in an identity-based policy" in error["Message"] for error in errors)


def test_without_its_right_the_authorizer_lets_nobody_in(
    iam: Iam, name: str, api: ApiClient, customers: Customers, day: date
) -> None:
    customer = customers.create()
    with iam.without(f"{name}-authorizer", "work", "ReadOneCustomer"):
        assert api.send(customer.number, whole_day(day), customer.key).status == 500
    assert api.send(customer.number, whole_day(day), customer.key).status == 200


def test_without_its_right_the_pipeline_runs_no_step(iam: Iam, name: str, pipeline: Pipeline, day: date) -> None:
    with iam.without(f"{name}-pipeline", "run-pipeline", "RunSteps"):
        execution = pipeline.run({"date": str(day)})
    assert execution.status == "FAILED"
    assert "is not authorized to perform: lambda:InvokeFunction" in execution.cause


def test_without_its_right_the_rule_starts_nothing_and_the_event_is_kept(
    stack: RunningStack, iam: Iam, name: str, daily_target: dict[str, Any]
) -> None:
    events, sqs = stack.client("events"), stack.client("sqs")
    queue = sqs.get_queue_url(QueueName=f"{name}-undelivered-events")["QueueUrl"]
    rule = f"{name}-{uuid.uuid4().hex[:8]}"
    events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))
    events.put_targets(Rule=rule, Targets=[daily_target])
    try:
        with iam.without(f"{name}-daily", "start-pipeline", "StartPipeline"):
            events.put_events(Entries=[{"Source": rule, "DetailType": "test", "Detail": "{}"}])
            message = wait_until(lambda: _take(sqs, queue, rule), 60, "the event in the dead-letter queue")
    finally:
        events.remove_targets(Rule=rule, Ids=[daily_target["Id"]])
        events.delete_rule(Name=rule)
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "AccessDeniedException"


def _take(sqs: Any, queue: str, rule: str) -> dict[str, Any]:
    """The message of that rule's event, for good; others stay."""
    found: dict[str, Any] = {}
    answer = sqs.receive_message(QueueUrl=queue, MessageAttributeNames=["All"], WaitTimeSeconds=1, VisibilityTimeout=0)
    for message in answer.get("Messages", []):
        if json.loads(message["Body"])["source"] == rule:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            found = message
    return found


def test_an_alarm_reaches_the_topic(stack: RunningStack, name: str) -> None:
    cloudwatch = stack.client("cloudwatch")
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix=name)["MetricAlarms"]
    alarm = next(each["AlarmName"] for each in alarms if each["StateValue"] != "ALARM")
    known = {email.id for email in sent_emails(stack.edge_url)}
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="a test of the topic's policy")
    mail = wait_until(
        lambda: [email for email in sent_emails(stack.edge_url) if email.id not in known and alarm in email.subject],
        30,
        "the alarm's e-mail",
    )
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="the test is over")
    for email in mail:
        forget_email(stack.edge_url, email.id)


def test_every_policy_is_in_the_report(stack: RunningStack, report: Report, name: str) -> None:
    roles = stack.client("iam").get_paginator("list_roles").paginate()
    made = {role["RoleName"] for page in roles for role in page["Roles"] if role["RoleName"].startswith(name)}
    made |= {f"arn:aws:s3:::{stack.outputs[output]}" for output in ("exported_bucket", "enriched_bucket")}
    made.add(stack.outputs["alarm_topic_arn"])
    assert made <= {policy["owner"] for policy in report["policies"]}


@pytest.mark.usefixtures("whole_run")
def test_no_call_was_denied_but_those_above(report: Report, name: str) -> None:
    """Who was denied what, and what the name of each resource of it has in it."""
    expected = {
        (f"{name}-authorizer", "dynamodb:GetItem"): f"table/{name}-customers",
        (f"{name}-pipeline", "lambda:InvokeFunction"): f"function:{name}-",
        (f"{name}-daily", "states:StartExecution"): f"stateMachine:{name}-pipeline",
        # The twin's log would be in the other region, and a function may write its own log alone.
        **{(f"{name}-{function}", "logs:CreateLogStream"): OTHER_REGION for function in IN_VPC},
        **{
            (f"{name}-{function}", f"ec2:{_action(call)}"): ""
            for function, (call, _) in itertools.product(IN_VPC, CODE_IN_VPC)
        },
        **{(OPERATORS_ROLE, action): name for action in WITHOUT_TLS},
        **{(f"{PERSON}-viewer", action): name for action in NOT_FOR_A_VIEWER},
    }
    denied = [(_short(entry["principal"]), entry["action"], entry["resources"]) for entry in report["denied"]]
    unexpected = [
        (who, action, resources)
        for who, action, resources in denied
        if not all(expected.get((who, action), "nobody expects this") in resource for resource in resources)
    ]
    assert unexpected == []


@pytest.mark.usefixtures("whole_run")
def test_nothing_could_be_taken_from_any_policy(report: Report, name: str) -> None:
    """Not a statement, not an action and not a resource, without a recorded call being decided otherwise."""
    superfluous = [
        f"{policy['name']}, {statement['name']}: {part}"
        for policy in report["policies"]
        if (name in policy["owner"] or policy["kind"] == "resource") and not policy["name"].endswith(WAY_IN)
        for statement in policy["statements"]
        for part in (statement["superfluous"] if statement["needed"] else ["the whole statement"])
        if (statement["name"], part) not in ONLY_ON_AWS | AFTER_A_LOSS
    ]
    assert superfluous == []


def _short(principal: str) -> str:
    """A role's name; one for the operator's roles of this run and of former ones, and for each kind of person."""
    name = principal.rpartition("/")[2]
    if name.startswith(f"{PERSON}-"):
        return name.rpartition("-")[0]
    return OPERATORS_ROLE if name.startswith(OPERATORS_ROLE) else name


def _action(method: str) -> str:
    return "".join(part.capitalize() for part in method.split("_"))
