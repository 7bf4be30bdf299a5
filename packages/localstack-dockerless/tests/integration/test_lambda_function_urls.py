"""Function URLs work at the address of their configuration.

Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
"""

import base64
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.gateways import HttpAnswer, call
from dockerless_testing.lambda_functions import Function, function

SOURCE = """
import json

def handle(event, context):
    answer = json.loads(event.get("headers", {}).get("x-answer", "null"))
    if answer == "raise":
        raise ValueError("no")
    return event if answer is None else answer["is"]
"""


@pytest.fixture(scope="module")
def echo(emulator: Any) -> Iterator[Function]:
    with function(emulator, SOURCE) as made:
        yield made


@pytest.fixture(scope="module")
def url(echo: Function) -> str:
    made = echo.emulator.client("lambda").create_function_url_config(FunctionName=echo.name, AuthType="NONE")
    found = echo.emulator.client("lambda").get_function_url_config(FunctionName=echo.name)
    assert made["FunctionUrl"] == found["FunctionUrl"]
    return str(found["FunctionUrl"]).rstrip("/")


def _answer(url: str, answer: Any, **parts: Any) -> HttpAnswer:
    return call(url, "/", headers=[("x-answer", json.dumps({"is": answer}))], **parts)


def test_the_address_is_of_this_machine_and_ends_in_a_slash(echo: Function, url: str) -> None:
    assert url.startswith(f"http://127.0.0.1:{urlsplit(echo.emulator.url).port}/")
    listed = echo.emulator.client("lambda").list_function_url_configs(FunctionName=echo.name)["FunctionUrlConfigs"]
    assert [config["FunctionUrl"] for config in listed] == [f"{url}/"]


def test_the_function_gets_an_event_in_format_2(url: str) -> None:
    headers = [("Cookie", "a=1; b=2"), ("X-Two", "1"), ("X-Two", "2"), ("User-Agent", "agent")]
    answer = call(url, "/a%20b/c?x=1&x=2&y=%C3%A9", "PUT", headers=headers)
    event = json.loads(answer.body)
    assert (answer.status, answer.values("Content-Type")) == (200, ["application/json"])
    assert (event["version"], event["routeKey"]) == ("2.0", "$default")
    assert (event["rawPath"], event["rawQueryString"]) == ("/a%20b/c", "x=1&x=2&y=%C3%A9")
    assert event["queryStringParameters"] == {"x": "1,2", "y": "é"}
    assert event["cookies"] == ["a=1", "b=2"]
    assert event["headers"]["x-two"] == "1,2"
    http = event["requestContext"]["http"]
    assert (http["method"], http["path"], http["sourceIp"], http["userAgent"]) == (
        "PUT",
        "/a%20b/c",
        "127.0.0.1",
        "agent",
    )
    assert "body" not in event


@pytest.mark.parametrize(
    ("content_type", "sent", "body", "encoded"),
    [
        ("application/json", b'{"a": 1}', '{"a": 1}', False),
        ("text/plain; charset=utf-8", "é".encode(), "é", False),
        ("application/octet-stream", b"abc", base64.b64encode(b"abc").decode(), True),
        ("application/json", b"\xff", base64.b64encode(b"\xff").decode(), True),
    ],
)
def test_a_body_is_text_or_base64(url: str, content_type: str, sent: bytes, body: str, encoded: bool) -> None:
    event = json.loads(call(url, "/", "POST", headers=[("Content-Type", content_type)], body=sent).body)
    assert (event["body"], event["isBase64Encoded"]) == (body, encoded)


@pytest.mark.parametrize(
    ("result", "status", "content_type", "body"),
    [
        ("Hello", 200, "application/json", b"Hello"),
        ({"a": [1]}, 200, "application/json", b'{"a":[1]}'),
        (["é", 3.1, True], 200, "application/json", '["é",3.1,true]'.encode()),
        ({"statusCode": 201, "body": "text"}, 201, "application/json", b"text"),
        ({"statusCode": 404}, 404, "application/json", b""),
        ({"statusCode": 200, "headers": {"content-type": "image/x"}, "body": "/w==", "isBase64Encoded": True},
         200, "image/x", b"\xff"),
        ({"statusCode": "no"}, 502, "application/json", b"Internal Server Error"),
        ({"statusCode": 200, "headers": {"x": "a\r\nb: c"}}, 502, "application/json", b"Internal Server Error"),
    ],
)  # fmt: skip
def test_a_result_becomes_an_answer(url: str, result: Any, status: int, content_type: str, body: bytes) -> None:
    answer = _answer(url, result)
    assert (answer.status, answer.values("Content-Type"), answer.body) == (status, [content_type], body)


def test_cookies_of_a_result_are_headers_of_their_own(url: str) -> None:
    answer = _answer(url, {"statusCode": 200, "cookies": ["a=1; Secure", "b=2"], "headers": {"X-A": "b"}})
    assert answer.values("Set-Cookie") == ["a=1; Secure", "b=2"]
    assert answer.values("X-A") == ["b"]


def test_a_function_that_fails_is_502(url: str) -> None:
    answer = call(url, "/", headers=[("x-answer", '"raise"')])
    assert (answer.status, answer.body) == (502, b"Internal Server Error")


def test_awss_host_name_works_as_a_header(echo: Function, url: str) -> None:
    host = f"{url.rpartition('/')[2]}.LAMBDA-URL.eu-central-1.on.aws"
    answer = call(echo.emulator.url, "/path", headers=[("Host", host)])
    assert (answer.status, json.loads(answer.body)["rawPath"]) == (200, "/path")


def test_an_unknown_url_is_403(echo: Function) -> None:
    assert call(echo.emulator.url, "/_aws/lambda-url/nosuch/").status == 403


@pytest.mark.parametrize(
    ("setting", "named"),
    [
        ({"AuthType": "AWS_IAM"}, "AWS_IAM"),
        ({"AuthType": "NONE", "InvokeMode": "RESPONSE_STREAM"}, "RESPONSE_STREAM"),
        ({"AuthType": "NONE", "Cors": {"AllowOrigins": ["*"]}}, "Cors"),
    ],
)
def test_what_is_not_supported_is_named(echo: Function, url: str, setting: dict[str, Any], named: str) -> None:
    client = echo.emulator.client("lambda")
    for operation in (client.create_function_url_config, client.update_function_url_config):
        with pytest.raises(ClientError, match=named):
            operation(FunctionName=echo.name, **setting)


@pytest.mark.parametrize("given", ["string!", "bm8=", base64.b64encode(b"[]").decode(), "{}"])
def test_a_client_context_that_is_no_base64_of_an_object_is_refused(echo: Function, given: str) -> None:
    with pytest.raises(ClientError, match="Client context must be a valid Base64-encoded JSON object") as refused:
        echo.emulator.client("lambda").invoke(FunctionName=echo.name, ClientContext=given)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestContentException"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
