"""An HTTP API passes every end-to-end byte to a target and back, and no hop-by-hop header."""

import gzip
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from dockerless_testing.backends import Backend, Received, Reply, as_json
from dockerless_testing.gateways import Balancer, Gateway, call


@pytest.fixture(scope="module")
def gateway(emulator: Any, backend: Backend) -> Iterator[Gateway]:
    with ExitStack() as stack:
        balancer = Balancer(emulator, stack)
        balancer.register(backend.port)
        gateway = Gateway(balancer, stack)
        gateway.route("$default")
        yield gateway


def answering(backend: Backend, reply: Reply) -> None:
    backend.reply = lambda _: reply


def last(backend: Backend) -> Received:
    return backend.received[-1]


@pytest.mark.parametrize(
    "path",
    ["/", "/a%20b/c%2Fd", "/a//b/", "/a/../b/./c", "/%E2%82%AC", "/x?a=1&a=2&b=%2f+c&d", "/x?%5B%5D=1;2", "/a;b=c/~d"],
)
def test_path_and_query_arrive_as_they_were_sent(gateway: Gateway, backend: Backend, path: str) -> None:
    answering(backend, Reply())
    assert gateway.call(path).status == 200
    assert last(backend).path == path


def test_headers_arrive_but_for_those_of_one_connection(gateway: Gateway, backend: Backend) -> None:
    answering(backend, Reply())
    sent = [
        ("X-Two", "a"),
        ("X-Two", "b"),
        ("X-Latin", "Zoë"),
        ("Accept-Encoding", "br"),
        ("Connection", "X-Hop"),
        ("X-Hop", "1"),
        ("TE", "trailers"),
        ("X-Forwarded-For", "198.51.100.1"),
        ("Forwarded", "for=198.51.100.1"),
    ]
    gateway.call("/x", headers=sent)
    got = last(backend)
    assert got.values("X-Two") == ["a", "b"]
    assert got.values("X-Latin") == ["Zoë"]
    assert got.values("Accept-Encoding") == ["br"]
    assert got.values("X-Hop") == got.values("TE") == []
    assert got.values("X-Forwarded-For") == ["127.0.0.1"]
    assert got.values("X-Forwarded-Port") == ["80"]
    assert got.values("Via") == ["HTTP/1.1 AmazonAPIGateway"]
    [host] = got.values("Host")
    assert got.values("Forwarded") == [f"for=127.0.0.1;host={host};proto=http"]


def test_status_headers_and_body_come_back(gateway: Gateway, backend: Backend) -> None:
    headers = [
        ("Set-Cookie", "a=1; Path=/"),
        ("Set-Cookie", "b=2"),
        ("X-Custom", "Zoë"),
        ("Content-Type", "application/problem+json"),
        ("Keep-Alive", "timeout=5"),
    ]
    answering(backend, Reply(418, headers, b'{"short": true}'))
    got = gateway.call("/x")
    assert (got.status, got.body) == (418, b'{"short": true}')
    assert got.values("Set-Cookie") == ["a=1; Path=/", "b=2"]
    assert got.values("X-Custom") == ["Zoë"]
    assert got.values("Content-Type") == ["application/problem+json"]
    assert got.values("Keep-Alive") == []
    assert len(got.values("Apigw-Requestid")) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "GET"])
@pytest.mark.parametrize("body", [b"", b"text", bytes(range(256)) * 400])
def test_bodies_arrive_and_come_back_as_they_are(gateway: Gateway, backend: Backend, method: str, body: bytes) -> None:
    answering(backend, Reply(headers=[("Content-Type", "application/octet-stream")], body=body))
    got = gateway.call("/x", method, body=body)
    assert last(backend).body == body
    assert got.body == body
    assert got.values("Content-Length") == [str(len(body))]


def test_form_bodies_are_bytes_like_any_other(gateway: Gateway, backend: Backend) -> None:
    answering(backend, Reply())
    gateway.call("/x", "POST", headers=[("Content-Type", "application/x-www-form-urlencoded")], body=b"a=%2f&a=+&b")
    assert last(backend).body == b"a=%2f&a=+&b"


@pytest.mark.parametrize("content_type", ["multipart/form-data; boundary=x", "multipart/form-data"])
def test_a_form_that_is_none_arrives_as_it_is(gateway: Gateway, backend: Backend, content_type: str) -> None:
    answering(backend, Reply())
    gateway.call("/x", "POST", headers=[("Content-Type", content_type)], body=b"no form at all")
    assert last(backend).body == b"no form at all"


def test_a_chunked_request_arrives_whole(gateway: Gateway, backend: Backend) -> None:
    answering(backend, Reply())
    assert gateway.call("/x", "POST", chunks=[b"abcd", b"efg"]).status == 200
    assert last(backend).body == b"abcdefg"
    assert last(backend).values("Content-Length") == ["7"]


def test_a_chunked_answer_comes_back_whole(gateway: Gateway, backend: Backend) -> None:
    answering(backend, Reply(chunks=[b"one,", b"two,", b"three"]))
    got = gateway.call("/x")
    assert got.body == b"one,two,three"


def test_compressed_bodies_stay_compressed_both_ways(gateway: Gateway, backend: Backend) -> None:
    packed = gzip.compress(b"text " * 100)
    answering(backend, Reply(headers=[("Content-Encoding", "gzip"), ("Content-Type", "text/plain")], body=packed))
    got = gateway.call("/x", "POST", headers=[("Content-Encoding", "gzip")], body=packed)
    assert last(backend).body == packed
    assert last(backend).values("Content-Encoding") == ["gzip"]
    assert got.body == packed
    assert got.values("Content-Encoding") == ["gzip"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_passed_on_not_followed(gateway: Gateway, backend: Backend, status: int) -> None:
    answering(backend, Reply(status, [("Location", "/elsewhere?x=1")]))
    before = len(backend.received)
    got = gateway.call("/x")
    assert (got.status, got.values("Location")) == (status, ["/elsewhere?x=1"])
    assert len(backend.received) == before + 1


def test_head_has_the_length_but_no_body(gateway: Gateway, backend: Backend) -> None:
    answering(backend, Reply(headers=[("Content-Type", "text/plain")], body=b"12345"))
    got = gateway.call("/x", "HEAD")
    assert (got.status, got.body) == (200, b"")
    assert got.values("Content-Length") == ["5"]
    assert last(backend).method == "HEAD"


def test_204_and_304_have_neither_body_nor_made_up_headers(gateway: Gateway, backend: Backend) -> None:
    answering(backend, Reply(204))
    got = gateway.call("/x", "DELETE")
    assert (got.status, got.body) == (204, b"")
    assert got.values("Content-Type") == got.values("Content-Length") == []
    kept = [("ETag", '"1"'), ("Last-Modified", "Mon, 23 Nov 2026 21:36:29 GMT")]
    answering(backend, Reply(304, kept))
    got = gateway.call("/x", headers=[("If-None-Match", '"1"')])
    assert (got.status, got.body) == (304, b"")
    assert [(name, got.values(name)[0]) for name, _ in kept] == kept


def test_an_answer_without_content_type_gets_none(gateway: Gateway, backend: Backend) -> None:
    answering(backend, Reply(body=b"x"))
    assert gateway.call("/x").values("Content-Type") == []


def test_options_and_foreign_origins_are_requests_like_any_other(gateway: Gateway, backend: Backend) -> None:
    answering(backend, Reply(200, [("Access-Control-Allow-Origin", "https://mine")]))
    headers = [("Origin", "https://elsewhere"), ("Access-Control-Request-Method", "PUT")]
    got = gateway.call("/x", "OPTIONS", headers=headers)
    assert last(backend).method == "OPTIONS"
    assert got.values("Access-Control-Allow-Origin") == ["https://mine"]
    assert got.values("Access-Control-Allow-Methods") == []


def test_the_api_answers_under_its_host_name_too(gateway: Gateway, backend: Backend, emulator: Any) -> None:
    backend.reply = as_json
    host = f"{gateway.id}.execute-api.eu-central-1.amazonaws.com"
    got = call(emulator.url, "/a%20b?c=d", headers=[("Host", host)])
    assert json.loads(got.body)["path"] == "/a%20b?c=d"
    assert last(backend).values("Host") == [host]
