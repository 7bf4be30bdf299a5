"""A Lambda function as a target gets AWS's event, and its result becomes the answer.

The cases are of https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html.
"""

import base64
import json
from typing import Any

import pytest

from localstack_dockerless.services.elbv2.load_balancer.connections import Outgoing, TargetFailedError
from localstack_dockerless.services.elbv2.load_balancer.function_messages import answer_of, event

GROUP = "arn:aws:elasticloadbalancing:eu-central-1:000000000000:targetgroup/g/1"


def made(headers: list[tuple[str, str]], body: bytes = b"", url: str = "/", *, multi: bool = False) -> dict[str, Any]:
    return event(GROUP, Outgoing("POST", url, headers, body), multi=multi)


def test_the_event_has_the_last_value_of_each_name() -> None:
    found = made([("Accept", "a"), ("accept", "b")], url="/p%20q?name=foo%20&name=bar&flag")
    assert found == {
        "requestContext": {"elb": {"targetGroupArn": GROUP}},
        "httpMethod": "POST",
        "path": "/p%20q",
        "queryStringParameters": {"name": "bar", "flag": ""},
        "headers": {"accept": "b"},
        "body": "",
        "isBase64Encoded": False,
    }


def test_with_multi_value_headers_the_event_has_every_value() -> None:
    found = made([("Cookie", "a=1"), ("Cookie", "b=2")], url="/?name=foo&name=bar", multi=True)
    assert found["multiValueHeaders"] == {"cookie": ["a=1", "b=2"]}
    assert found["multiValueQueryStringParameters"] == {"name": ["foo", "bar"]}
    assert "headers" not in found
    assert "queryStringParameters" not in found


@pytest.mark.parametrize("kind", ["text/plain; charset=utf-8", "application/json", "application/xml"])
def test_a_body_of_text_is_sent_as_it_is(kind: str) -> None:
    found = made([("Content-Type", kind)], "čas".encode())
    assert (found["body"], found["isBase64Encoded"]) == ("čas", False)


@pytest.mark.parametrize(
    "headers",
    [[("Content-Type", "image/png")], [], [("Content-Type", "text/plain"), ("Content-Encoding", "gzip")]],
)
def test_another_body_is_sent_in_base64(headers: list[tuple[str, str]]) -> None:
    found = made(headers, b"\x00\x01")
    assert (base64.b64decode(found["body"]), found["isBase64Encoded"]) == (b"\x00\x01", True)


def test_the_result_becomes_the_answer() -> None:
    result = {
        "statusCode": 201,
        "statusDescription": "201 Made",
        "headers": {"Content-Type": "text/html"},
        "body": base64.b64encode(b"\xff").decode(),
        "isBase64Encoded": True,
    }
    found = answer_of(json.dumps(result).encode(), multi=False)
    assert (found.status, found.reason, found.body) == (201, "Made", b"\xff")
    assert found.headers == [("Content-Type", "text/html"), ("Content-Length", "1")]


def test_with_multi_value_headers_the_result_has_several_values() -> None:
    result = {"statusCode": 200, "headers": {"X": "no"}, "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]}}
    found = answer_of(json.dumps(result).encode(), multi=True)
    assert found.headers[:2] == [("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]
    assert not any(name == "X" for name, _ in found.headers)


@pytest.mark.parametrize(
    "result",
    [
        "text",
        {},
        {"statusCode": "soon"},
        {"statusCode": 99},
        {"statusCode": 200, "body": "*", "isBase64Encoded": True},
        {"statusCode": 200, "headers": {"X": "a\r\nY: b"}},
        {"statusCode": 200, "headers": ["X"]},
    ],
)
def test_a_result_that_is_no_answer_fails(result: Any) -> None:
    with pytest.raises(TargetFailedError):
        answer_of(json.dumps(result).encode(), multi=False)
