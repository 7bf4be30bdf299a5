"""The policies are exactly what is needed: over the record of all calls of the whole run.

`conftest.py` puts this file at the end. Its first tests call what the policies must deny; the last ones judge.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.stack.running import RunningStack
from local.tools.iam_report import Report
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers
from tests.e2e.iam import Iam
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import whole_day

OTHER_REGION = "us-east-1"
CODE_IN_VPC = [
    ("create_network_interface", {"SubnetId": "subnet-1"}),
    ("delete_network_interface", {"NetworkInterfaceId": "eni-1"}),
    ("describe_network_interfaces", {}),
    ("describe_subnets", {}),
    ("assign_private_ip_addresses", {"NetworkInterfaceId": "eni-1", "SecondaryPrivateIpAddressCount": 1}),
    ("unassign_private_ip_addresses", {"NetworkInterfaceId": "eni-1", "PrivateIpAddresses": ["10.0.0.1"]}),
]


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


def denied(call: Callable[[], Any]) -> str:
    with pytest.raises(ClientError) as caught:
        call()
    return str(caught.value.response["Error"]["Message"])


@pytest.mark.parametrize("output", ["exported_bucket", "enriched_bucket"])
def test_buckets_are_closed_to_calls_without_tls(stack: RunningStack, iam: Iam, allowed_all: str, output: str) -> None:
    s3, bucket = iam.unencrypted_client(allowed_all, "s3"), stack.outputs[output]
    for call in (lambda: s3.list_objects_v2(Bucket=bucket), lambda: s3.get_object(Bucket=bucket, Key="date=1/x")):
        assert denied(call).endswith("with an explicit deny in a resource-based policy")


@pytest.mark.parametrize("output", ["alarm_queue_url", "alarm_dead_letter_queue_url"])
def test_queues_are_closed_to_calls_without_tls(stack: RunningStack, iam: Iam, allowed_all: str, output: str) -> None:
    sqs, url = iam.unencrypted_client(allowed_all, "sqs"), stack.outputs[output]
    message = denied(lambda: sqs.send_message(QueueUrl=url, MessageBody="never sent"))
    assert message.endswith("with an explicit deny in a resource-based policy")


def test_the_topic_is_closed_to_calls_without_tls(stack: RunningStack, iam: Iam, allowed_all: str) -> None:
    sns, arn = iam.unencrypted_client(allowed_all, "sns"), stack.outputs["alarm_topic_arn"]
    message = denied(lambda: sns.publish(TopicArn=arn, Message="never sent"))
    assert message.endswith("with an explicit deny in a resource-based policy")


def test_code_may_not_use_the_rights_that_lambda_has_for_the_vpc(iam: Iam, name: str) -> None:
    """The statement is about the exporter's name in any region, so a twin elsewhere shows what its code may do."""
    with iam.twin(f"{name}-exporter", OTHER_REGION) as call:
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


def test_every_policy_is_in_the_report(stack: RunningStack, report: Report, name: str) -> None:
    roles = stack.client("iam").get_paginator("list_roles").paginate()
    made = {role["RoleName"] for page in roles for role in page["Roles"] if role["RoleName"].startswith(name)}
    made |= {f"arn:aws:s3:::{stack.outputs[output]}" for output in ("exported_bucket", "enriched_bucket")}
    made.add(stack.outputs["alarm_topic_arn"])
    assert made <= {policy["owner"] for policy in report["policies"]}


@pytest.mark.usefixtures("whole_run")
def test_no_call_was_denied_but_those_above(report: Report, name: str, allowed_all: str) -> None:
    expected = {
        (f"{name}-authorizer", "dynamodb:GetItem"),
        (f"{name}-pipeline", "lambda:InvokeFunction"),
        (allowed_all.rpartition("/")[2], "s3:ListBucket"),
        (allowed_all.rpartition("/")[2], "s3:GetObject"),
        (allowed_all.rpartition("/")[2], "sqs:SendMessage"),
        (allowed_all.rpartition("/")[2], "sns:Publish"),
        # The twin's log would be in the other region, and the exporter may write its own alone.
        (f"{name}-exporter", "logs:CreateLogStream"),
    }
    from_code = {(f"{name}-exporter", f"ec2:{_action(call)}") for call, _ in CODE_IN_VPC}
    found = {(entry["principal"].rpartition("/")[2], entry["action"]): entry for entry in report["denied"]}
    unexpected = [entry for key, entry in found.items() if key not in expected | from_code]
    assert unexpected == []


def _action(method: str) -> str:
    return "".join(part.capitalize() for part in method.split("_"))
