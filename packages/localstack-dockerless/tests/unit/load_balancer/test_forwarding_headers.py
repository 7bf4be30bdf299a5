"""A load balancer adds, changes and drops headers of a request as on AWS."""

import re

from localstack_dockerless.services.elbv2.load_balancer.forwarding_headers import Headers, end_to_end, to_target


def sent(headers: Headers, **attributes: str) -> Headers:
    return to_target(
        headers, "192.0.2.7", "http", 80, {name.replace("__", "."): value for name, value in attributes.items()}
    )


def values(headers: Headers, name: str) -> list[str]:
    return [value for key, value in headers if key == name]


def test_headers_of_one_connection_are_dropped_with_those_that_connection_names() -> None:
    headers = [
        ("Connection", "close, X-Hop"),
        ("Keep-Alive", "1"),
        ("X-Hop", "1"),
        ("TE", "trailers"),
        ("Transfer-Encoding", "chunked"),
        ("Upgrade", "h2c"),
        ("Set-Cookie", "a"),
        ("Set-Cookie", "b"),
    ]
    assert end_to_end(headers) == [("Set-Cookie", "a"), ("Set-Cookie", "b")]


def test_the_client_is_appended_to_x_forwarded_for() -> None:
    headers = sent([("x-forwarded-for", "198.51.100.1")])
    assert values(headers, "X-Forwarded-For") == ["198.51.100.1, 192.0.2.7"]
    assert values(headers, "X-Forwarded-Proto") == ["http"]
    assert values(headers, "X-Forwarded-Port") == ["80"]


def test_x_forwarded_for_can_be_preserved_or_removed() -> None:
    headers = [("X-Forwarded-For", "198.51.100.1")]
    mode = "routing__http__xff_header_processing__mode"
    assert values(sent(headers, **{mode: "preserve"}), "X-Forwarded-For") == ["198.51.100.1"]
    assert values(sent(headers, **{mode: "remove"}), "X-Forwarded-For") == []


def test_a_spoofed_protocol_is_replaced() -> None:
    headers = sent([("x-forwarded-proto", "https"), ("X-FORWARDED-PORT", "1")])
    assert {name.lower(): value for name, value in headers} | {"x-amzn-trace-id": ""} == {
        "x-forwarded-for": "192.0.2.7",
        "x-forwarded-proto": "http",
        "x-forwarded-port": "80",
        "x-amzn-trace-id": "",
    }


def test_names_with_other_characters_are_dropped_where_the_attribute_says_so() -> None:
    headers = [("X_Spoofed", "1"), ("X-Fine", "1")]
    assert values(sent(headers), "X_Spoofed") == ["1"]
    strict = sent(headers, routing__http__drop_invalid_header_fields__enabled="true")
    assert values(strict, "X_Spoofed") == []
    assert values(strict, "X-Fine") == ["1"]


def test_a_trace_id_is_made_or_continued() -> None:
    [made] = values(sent([]), "X-Amzn-Trace-Id")
    assert re.fullmatch(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}", made)
    [continued] = values(sent([("x-amzn-trace-id", "Root=1-a-b")]), "X-Amzn-Trace-Id")
    assert re.fullmatch(r"Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=1-a-b", continued)
