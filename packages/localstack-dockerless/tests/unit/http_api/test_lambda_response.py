"""A function's result becomes the documented response, or is refused.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import json
from typing import Any

import pytest

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Response
from localstack_dockerless.services.apigatewayv2.execute_api.lambda_response import InvalidResponseError, read_response

JSON, TEXT = ("Content-Type", "application/json"), ("Content-Type", "text/plain;charset=UTF-8")


def read(result: Any, version: str = "2.0") -> Response:
    return read_response(json.dumps(result).encode(), version)


def length(body: bytes) -> tuple[str, str]:
    return "Content-Length", str(len(body))


def test_the_short_form_of_format_2_is_the_body() -> None:
    assert read("Hello") == Response(200, [JSON, length(b"Hello")], b"Hello")
    assert read({"message": "Hello"}).body == b'{"message": "Hello"}'
    assert read([1, 2]).body == b"[1, 2]"


def test_format_2_has_headers_and_cookies() -> None:
    result = {"statusCode": "201", "headers": {"X-A": "1", "X-B": True}, "cookies": ["a=1; Path=/", "b=2"], "body": "é"}
    body = "é".encode()
    cookies = [("Set-Cookie", "a=1; Path=/"), ("Set-Cookie", "b=2")]
    assert read(result) == Response(201, [("X-A", "1"), ("X-B", "true"), *cookies, TEXT, length(body)], body)


def test_format_1_has_several_values() -> None:
    result = {
        "statusCode": 200,
        "headers": {"Content-Type": "text/html", "set-cookie": "lost"},
        "multiValueHeaders": {"Set-Cookie": ["a=1", "b=2"]},
        "body": None,
    }
    assert read(result, "1.0").headers == [
        ("Content-Type", "text/html"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        length(b""),
    ]


@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_base64_is_decoded(version: str) -> None:
    result = {"statusCode": 200, "body": "iVBORw==", "isBase64Encoded": True, "headers": {"content-type": "image/png"}}
    assert read(result, version).body == b"\x89PNG"


def test_hop_by_hop_headers_and_a_wrong_length_are_replaced() -> None:
    result = {"statusCode": 200, "body": "ab", "headers": {"Content-Length": "9", "Connection": "close"}}
    assert read(result).headers == [TEXT, length(b"ab")]


def test_an_answer_without_content_has_no_length() -> None:
    assert read({"statusCode": 204, "body": "x"}) == Response(204, [TEXT], b"")


@pytest.mark.parametrize(
    ("result", "version"),
    [
        ("Hello", "1.0"),
        ({"message": "Hello"}, "1.0"),
        ({"statusCode": "many"}, "2.0"),
        ({"statusCode": 99}, "2.0"),
        ({"statusCode": None}, "2.0"),
        ({"statusCode": 200, "body": {"a": 1}}, "2.0"),
        ({"statusCode": 200, "headers": ["a"]}, "1.0"),
        ({"statusCode": 200, "body": "%", "isBase64Encoded": True}, "1.0"),
        ({"statusCode": 200, "headers": {"X": "a\r\nb: c"}}, "2.0"),
    ],
)
def test_what_is_no_response(result: Any, version: str) -> None:
    with pytest.raises(InvalidResponseError):
        read(result, version)
