"""A Lambda function is the target of a load balancer.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from dockerless_testing.emulator import Emulator
from dockerless_testing.gateways import Balancer, HttpAnswer, call
from dockerless_testing.lambda_functions import Function, function
from dockerless_testing.network import free_port
from dockerless_testing.refusals import refusal

SOURCE = """
import json

def handle(event, context):
    if event["path"] == "/fail":
        raise ValueError("no")
    if event["path"] == "/odd":
        return "text"
    headers = {"Content-Type": "application/json"}
    many = {"Set-Cookie": ["a=1", "b=2"]}
    return {"statusCode": 201, "statusDescription": "201 Made", "headers": headers, "multiValueHeaders": many,
            "body": json.dumps(event)}
"""


@pytest.fixture(scope="module")
def target(emulator: Emulator) -> Iterator[Function]:
    with function(emulator, SOURCE) as made:
        yield made


@pytest.fixture(scope="module")
def arn(target: Function) -> str:
    found = target.emulator.client("lambda").get_function(FunctionName=target.name)
    return str(found["Configuration"]["FunctionArn"])


@pytest.fixture(scope="module")
def balancer(emulator: Emulator) -> Iterator[Balancer]:
    with ExitStack() as stack:
        yield Balancer(emulator, stack, scheme="internet-facing", port=free_port())


@pytest.fixture(scope="module")
def group(balancer: Balancer, target: Function, arn: str) -> str:
    """Returns the target group of the function, to which the listener forwards."""
    name = f"f{uuid.uuid4().hex[:12]}"
    made = balancer.elb.create_target_group(Name=name, TargetType="lambda")["TargetGroups"][0]["TargetGroupArn"]
    balancer.stack.callback(balancer.elb.delete_target_group, TargetGroupArn=made)
    targets = {"TargetGroupArn": made, "Targets": [{"Id": arn}]}
    assert "does not have permission to invoke" in refusal(balancer.elb.register_targets, **targets)
    target.emulator.client("lambda").add_permission(
        FunctionName=target.name,
        StatementId="elb",
        Action="lambda:InvokeFunction",
        Principal="elasticloadbalancing.amazonaws.com",
        SourceArn=made,
    )
    balancer.elb.register_targets(**targets)
    action = {"Type": "forward", "TargetGroupArn": made}
    balancer.elb.modify_listener(ListenerArn=balancer.listener, DefaultActions=[action])
    before = {"Type": "forward", "TargetGroupArn": balancer.group}
    balancer.stack.callback(balancer.elb.modify_listener, ListenerArn=balancer.listener, DefaultActions=[before])
    return str(made)


def ask(balancer: Balancer, path: str, **parts: Any) -> HttpAnswer:
    return call(f"http://{balancer.address}:{balancer.port}", path, "POST", **parts)


def test_the_function_answers(balancer: Balancer, group: str) -> None:
    answer = ask(balancer, "/a?x=1&x=2", headers=[("Content-Type", "text/plain")], body=b"hello")
    event = json.loads(answer.body)
    assert (answer.status, answer.values("Content-Type"), answer.values("Set-Cookie")) == (
        201,
        ["application/json"],
        [],
    )
    assert event["requestContext"] == {"elb": {"targetGroupArn": group}}
    assert (event["httpMethod"], event["path"], event["queryStringParameters"]) == ("POST", "/a", {"x": "2"})
    assert (event["body"], event["isBase64Encoded"]) == ("hello", False)
    assert event["headers"]["x-forwarded-port"] == str(balancer.port)


def test_with_multi_value_headers_every_value_arrives(balancer: Balancer, group: str) -> None:
    def switch(value: str) -> None:
        balancer.elb.modify_target_group_attributes(
            TargetGroupArn=group, Attributes=[{"Key": "lambda.multi_value_headers.enabled", "Value": value}]
        )

    switch("true")
    answer = ask(balancer, "/a?x=1&x=2", headers=[("X-Two", "1"), ("X-Two", "2")])
    switch("false")
    event = json.loads(answer.body)
    assert event["multiValueQueryStringParameters"] == {"x": ["1", "2"]}
    assert event["multiValueHeaders"]["x-two"] == ["1", "2"]
    assert answer.values("Set-Cookie") == ["a=1", "b=2"]


@pytest.mark.parametrize("path", ["/fail", "/odd"])
def test_a_failure_of_the_function_is_a_502(balancer: Balancer, group: str, path: str) -> None:
    assert ask(balancer, path).status == 502


def test_a_body_over_1_mb_is_refused(balancer: Balancer, group: str) -> None:
    assert ask(balancer, "/a", body=b"x" * (1024 * 1024 + 1)).status == 413


def test_the_target_is_described_without_a_health_check(balancer: Balancer, group: str, arn: str) -> None:
    [found] = balancer.elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert (found["Target"], found["TargetHealth"]["State"]) == ({"Id": arn}, "unavailable")
    another = {"TargetGroupArn": group, "Targets": [{"Id": arn + "x"}]}
    assert "TooManyTargets" in refusal(balancer.elb.register_targets, **another)
