"""Parameter mappings follow the tables and examples of AWS's guide."""

from typing import Any

import pytest

from dockerless_testing.exchanges import answered, exchange
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Stage
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Outgoing
from localstack_dockerless.services.apigatewayv2.execute_api.parameters import (
    check,
    map_request,
    map_response,
    parse_key,
)
from localstack_dockerless.services.apigatewayv2.execute_api.selection import resolve

RESERVED = [
    "access-control-allow-origin",
    "apigw-requestid",
    "Authorization",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Location",
    "Forwarded",
    "Keep-Alive",
    "Origin",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "TE",
    "Trailers",
    "Transfer-Encoding",
    "Upgrade",
    "x-amz-date",
    "x-amzn-trace-id",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "Via",
]


def mapped(mappings: dict[str, str], target: str = "/pets/6?a=1&a=2", **parts: Any) -> Outgoing:
    made = exchange(target, stage=Stage("$default", {"environmentId": "dev"}), **parts)
    made.authorized.context = {"text": "t", "number": 7, "flag": True, "list": ["a", 1]}
    request = made.request
    outgoing = Outgoing(request.method, request.path, request.query, list(request.headers[1:]), request.body)
    map_request(outgoing, mappings, lambda text: resolve(made, text))
    return outgoing


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("$request.header.X-IN", "one,two"),
        ("${request.header.x-in}", "one,two"),
        ("$request.querystring.a", "1,2"),
        ("$request.querystring.A", None),
        ("$request.path", "/pets/6"),
        ("$request.path.id", "6"),
        ("$request.body.pets[1].name", "rex"),
        ("$request.body.pets[9].name", None),
        ("$request.body.count", "2"),
        ("$context.requestId", "request-id"),
        ("$context.authorizer.text", "t"),
        ("$context.authorizer.number", "7"),
        ("$context.authorizer.flag", "true"),
        ("$context.authorizer.list", '["a",1]'),
        ("$context.authorizer.nothing", None),
        ("$stageVariables.environmentId", "dev"),
        ("static value", "static value"),
        ("v-${context.requestId}-${stageVariables.environmentId}", "v-request-id-dev"),
    ],
)
def test_values(value: str, expected: str | None) -> None:
    body = b'{"pets": [{"name": "tom"}, {"name": "rex"}], "count": 2}'
    outgoing = mapped({"append:header.out": value}, headers=[("X-In", "one"), ("x-in", "two")], body=body)
    assert dict(outgoing.headers).get("out") == expected


def test_overwriting_a_header_replaces_every_one_of_that_name() -> None:
    sent = [("X-Who", "spoofed"), ("x-who", "again"), ("Other", "1")]
    outgoing = mapped({"overwrite:header.x-who": "$context.authorizer.text"}, headers=sent)
    assert outgoing.headers == [("Other", "1"), ("x-who", "t")]


def test_overwriting_with_a_missing_value_leaves_nothing_of_the_client() -> None:
    outgoing = mapped({"overwrite:header.x-who": "$context.authorizer.nothing"}, headers=[("X-Who", "spoofed")])
    assert outgoing.headers == []


def test_removing_a_header() -> None:
    assert mapped({"remove:header.x-who": "''"}, headers=[("X-WHO", "me"), ("X-Who", "too")]).headers == []


def test_renaming_a_header_takes_the_value_from_the_clients_request() -> None:
    mappings = {"remove:header.header1": "''", "append:header.header2": "$request.header.header1"}
    assert mapped(mappings, headers=[("header1", "v")]).headers == [("header2", "v")]


def test_a_value_cannot_begin_another_header() -> None:
    outgoing = mapped({"append:header.out": "$request.body.x"}, body=b'{"x": "a\\r\\nEvil: 1"}')
    assert outgoing.headers == [("out", "a Evil: 1")]


def test_query_strings_without_a_mapping_stay_byte_for_byte() -> None:
    raw = "a=%2f&&b=c+d&e"
    assert mapped({"append:header.x": "1"}, f"/pets?{raw}").query == raw


@pytest.mark.parametrize(
    ("mappings", "expected"),
    [
        ({"append:querystring.c": "x y"}, "a=1&a=2&b=%2f&c=x+y"),
        ({"overwrite:querystring.a": "3"}, "b=%2f&a=3"),
        ({"remove:querystring.a": "''"}, "b=%2f"),
    ],
)
def test_query_string_mappings_touch_only_their_own_parameter(mappings: dict[str, str], expected: str) -> None:
    assert mapped(mappings, "/pets?a=1&a=2&b=%2f").query == expected


def test_overwriting_the_path() -> None:
    assert mapped({"overwrite:path": "$request.path.id"}, path_parameters={"id": "a b/c?"}).path == "/a%20b/c%3F"


@pytest.mark.parametrize("name", RESERVED)
@pytest.mark.parametrize("operation", ["append", "overwrite", "remove"])
def test_reserved_headers_are_refused(name: str, operation: str) -> None:
    with pytest.raises(ValueError, match=f"Operations on header {name} are restricted"):
        parse_key(f"{operation}:header.{name}")


@pytest.mark.parametrize("key", ["header.x", "set:header.x", "append:path", "append:header.", "overwrite:body.x", ""])
def test_unknown_keys_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="Invalid mapping expression"):
        check({key: "x"}, {})


def test_mappings_in_the_wrong_direction_are_refused() -> None:
    with pytest.raises(ValueError, match="statuscode"):
        check({"overwrite:statuscode": "200"}, {})
    with pytest.raises(ValueError, match="querystring"):
        check({}, {"200": {"append:querystring.x": "1"}})


@pytest.mark.parametrize("value", ["$request.body..name", "$request.body.pets[?(@.id)]"])
def test_body_paths_that_aws_does_not_support_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="Invalid mapping expression"):
        check({"append:header.x": value}, {})


def test_responses() -> None:
    made = exchange()
    made.response = answered(500, [("Set-Cookie", "a"), ("Set-Cookie", "b"), ("X-Old", "1")], b'{"why": "no"}')
    mappings = {
        "append:header.header1": "$context.requestId",
        "overwrite:statuscode": "403",
        "append:header.why": "$response.body.why",
        "append:header.cookies": "$response.header.set-cookie",
        "remove:header.x-old": "''",
    }
    map_response(made.response, mappings, lambda text: resolve(made, text))
    assert made.response.status == 403
    assert made.response.headers == [
        ("Set-Cookie", "a"),
        ("Set-Cookie", "b"),
        ("header1", "request-id"),
        ("why", "no"),
        ("cookies", "a,b"),
    ]
