"""Malformed and unusual requests, byte by byte: each gets an answer, never a 5xx, and a line in the access log.

Sources: RFC 9110, RFC 9112, RFC 6585 and RFC 3986, as named in localstack_dockerless.http_server.head and
localstack_dockerless.services.apigatewayv2.execute_api.handlers.check_request.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest

from dockerless_testing.backends import Backend
from dockerless_testing.gateways import Balancer, Gateway, log_group
from dockerless_testing.raw import RawAnswer, damaged, exchange, request
from dockerless_testing.waiting import wait_until

SEED = 20_261_125
CALLS = 400
ODD = [*range(0x20), 0x7F, *range(0x80, 0x100)]


@dataclass
class World:
    """Holds an API with an access log of one status a line. The target of its routes keeps its requests."""

    gateway: Gateway
    backend: Backend
    lines: Any
    answered: Counter[str] = field(default_factory=Counter)

    @property
    def edge(self) -> str:
        return f"http://{urlsplit(self.gateway.url).netloc}"

    @property
    def base(self) -> str:
        return str(urlsplit(self.gateway.url).path)

    @property
    def host(self) -> str:
        return f"{self.gateway.id}.execute-api.eu-central-1.amazonaws.com"

    def send(self, sent: bytes, *, finish: bool = False) -> list[int]:
        """Returns the statuses of the answers, all by the API. The fixture checks their lines in the access log."""
        found = exchange(self.gateway.url, sent, finish=finish)
        assert all(self.note(answer) for answer in found), found
        return [answer.status for answer in found]

    def note(self, answer: RawAnswer) -> bool:
        """Tells whether the API has answered: such an answer needs a line."""
        by_api = "apigw-requestid" in answer.headers
        if by_api:
            self.answered[str(answer.status)] += 1
        return by_api


@pytest.fixture(scope="module")
def world(emulator: Any) -> Iterator[World]:
    with Backend() as backend, ExitStack() as stack:
        balancer = Balancer(emulator, stack)
        balancer.register(backend.port)
        gateway = Gateway(balancer, stack)
        _, arn, lines = log_group(emulator, stack)
        log = {"DestinationArn": arn, "Format": "$context.status"}
        gateway.aws.update_stage(ApiId=gateway.id, StageName="$default", AccessLogSettings=log)
        for key in ("GET /x", "POST /x", "HEAD /x", "GET /pets/{id}"):
            gateway.route(key)
        world = World(gateway, backend, lines)
        yield world
        # once for all answers, because each delivery waits for more lines
        wait_until(lambda: Counter(world.lines()) >= world.answered, 20, f"{world.answered} in the access log")
        assert Counter(world.lines()) == world.answered, "not one line for each answer"


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["Upgrade: websocket"], id="websocket without a key"),
        pytest.param(
            ["Upgrade: WebSocket", "Connection: Upgrade", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
             "Sec-WebSocket-Version: 13"],
            id="websocket with a key",
        ),
        pytest.param(["Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABk"], id="h2c"),
        pytest.param(["Upgrade: TLS/1.0"], id="TLS"),
        pytest.param(["Upgrade: nosuch/9", "Connection: upgrade"], id="unknown"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/x", 200), ("POST", "/x", 200), ("GET", "/no", 404)])
def test_an_upgrade_is_ignored(world: World, lines: list[str], method: str, path: str, status: int) -> None:
    lines = [line for line in lines if not line.startswith("Connection")] + ["Content-Length: 0"]
    before = len(world.backend.received)
    assert world.send(request(world.gateway.url, path, *lines, method=method)) == [status]
    for received in world.backend.received[before:]:
        assert received.values("Upgrade") == []


def test_each_odd_byte_of_a_target_or_name_is_refused(world: World) -> None:
    sent = []
    for byte in ODD:
        odd = chr(byte)
        sent += [f"/x?a={odd}", f"/{odd}x"]
    for target in sent:
        assert world.send(request(world.gateway.url, target)) == [400], target
    for byte in ODD:
        assert world.send(request(world.gateway.url, "/x", f"x{chr(byte)}y: z")) == [400], byte


def test_a_control_byte_of_a_value_is_refused_and_another_is_passed_on(world: World) -> None:
    """RFC 9110, section 5.5: bytes from 0x80 on are opaque data, control characters are invalid but for a tab."""
    refused = [byte for byte in [*range(0x20), 0x7F] if byte != ord("\t")]
    for byte in refused:
        assert world.send(request(world.gateway.url, "/x", f"x-a: b{chr(byte)}c")) == [400], byte
    opaque = "".join(map(chr, range(0x80, 0x100)))
    assert world.send(request(world.gateway.url, "/x", f"x-a: {opaque}", f"User-Agent: {opaque}")) == [200]
    assert world.backend.received[-1].values("x-a") == [opaque]


@pytest.mark.parametrize(
    "target",
    ["/x?a=%", "/x?a=%zz", "/x?a=%4", "/x?a=%c3%28", "/x?%ff=1", "/x?a=%c0%ae", "/pets/%", "/pets/%zz", "/pets/%c3%28",
     "/pets/%c0%ae%c0%ae", "/pets/%00", "/pets/a%0d%0ab", "/pets/%7f", "/pets/%ed%a0%80"],
)  # fmt: skip
def test_an_address_that_cannot_be_decoded_is_refused(world: World, target: str) -> None:
    before = len(world.backend.received)
    assert world.send(request(world.gateway.url, target)) == [400]
    assert len(world.backend.received) == before


@pytest.mark.parametrize("target", ["/pets/%31", "/pets/%C3%A9", "/pets/a%2Fb", "/pets/a%20b", "/x?a=%0A&b=%2531"])
def test_what_is_well_encoded_goes_to_the_integration_as_it_was_sent(world: World, target: str) -> None:
    assert world.send(request(world.gateway.url, target)) == [200]
    assert world.backend.received[-1].path == target


@pytest.mark.parametrize("size", [10_300, 17_000, 20_000, 70_000, 300_000])
def test_a_line_that_is_too_long_is_414_and_headers_are_431(world: World, size: int) -> None:
    long = "a" * size
    assert world.send(request(world.gateway.url, f"/{long}")) == [414]
    assert world.send(request(world.edge, f"/x?{long}", host=world.host)) == [414]
    assert world.send(request(world.gateway.url, "/x", f"a: {long}")) == [431]
    assert world.send(request(world.gateway.url, "/x", *[f"a{n}: {'b' * 100}" for n in range(size // 100)])) == [431]


def test_a_line_without_an_end_is_answered(world: World) -> None:
    assert world.send(f"GET {world.base}/{'x' * 20_000}".encode()) == [414]
    assert world.send(f"GET {world.base}/x".encode(), finish=True) == [400]
    assert world.send(f"GET {world.base}/x\r\n".encode()) == [400]


@pytest.mark.parametrize(
    ("lines", "body", "status"),
    [
        (["Content-Length: -1"], "", 400),
        (["Content-Length: +1"], "a", 400),
        (["Content-Length: 1, 1"], "a", 400),
        (["Content-Length: 0x1"], "a", 400),
        (["Content-Length:"], "", 400),
        (["Content-Length: 1", "Content-Length: 1"], "a", 400),
        (["Content-Length: 1", "Content-Length: 2"], "ab", 400),
        (["Content-Length: 1", "Transfer-Encoding: chunked"], "0\r\n\r\n", 400),
        ([f"Content-Length: {10**11}"], "a", 413),
        ([f"Content-Length: {'9' * 5000}"], "a", 413),
        (["Transfer-Encoding: gzip, chunked"], "0\r\n\r\n", 400),
        (["Transfer-Encoding: identity"], "", 400),
        (["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], "0\r\n\r\n", 400),
        (["Transfer-Encoding: Chunked"], "1\r\na\r\n0\r\n\r\n", 200),
        (["Transfer-Encoding: chunked"], "z\r\n", 400),
        (["Transfer-Encoding: chunked"], "-1\r\na\r\n0\r\n\r\n", 400),
        (["Transfer-Encoding: chunked"], "1\r\nab\r\n0\r\n\r\n", 400),
        (["Transfer-Encoding: chunked"], "1" * 5000 + "\r\n", 400),
        (["x-a: b", " c: d", "Content-Length: 0"], "", 400),
        (["x-a : b", "Content-Length: 0"], "", 400),
        (["no colon", "Content-Length: 0"], "", 400),
        ([": no name", "Content-Length: 0"], "", 400),
        (["Host: another", "Content-Length: 0"], "", 400),
        (["Expect: 100-continue", "Content-Length: 1"], "a", 200),
        (["Expect: nosuch", "Content-Length: 1"], "a", 417),
        (["TE: trailers, deflate;q=0.5", "Content-Length: 0"], "", 200),
    ],
)
def test_framing_that_can_be_read_in_two_ways_is_refused(
    world: World, lines: list[str], body: str, status: int
) -> None:
    assert world.send(request(world.gateway.url, "/x", *lines, method="POST", body=body)) == [status]


def test_a_body_that_stays_incomplete_is_answered_when_its_client_is_done(world: World) -> None:
    for lines, body in ((["Content-Length: 5"], "abc"), (["Transfer-Encoding: chunked"], "5\r\nab")):
        sent = request(world.gateway.url, "/x", *lines, method="POST", body=body)
        assert world.send(sent, finish=True) == [400]


@pytest.mark.parametrize("method", ["get", "Get", "post", "FOO", "TRACE", "PROPFIND", "CONNECT", "G\x00T", "(GET)"])
def test_a_method_that_no_route_can_have_is_refused(world: World, method: str) -> None:
    assert world.send(request(world.gateway.url, "/x", method=method)) == [400]


@pytest.mark.parametrize(
    "version", ["", " ", " HTTP/0.9", " HTTP/2.0", " HTTP/3", " http/1.1", " HTTP/1.1 x", " FTP/1.1"]
)
def test_another_version_of_http_is_refused(world: World, version: str) -> None:
    assert world.send(f"GET {world.base}/x{version}\r\nHost: a\r\n\r\n".encode()) == [400]


def test_http_1_0_is_served_with_and_without_a_host(world: World) -> None:
    for host in ("", "Host: a\r\n"):
        assert world.send(f"GET {world.base}/x HTTP/1.0\r\n{host}\r\n".encode()) == [200]


def test_http_1_1_needs_one_good_host(world: World) -> None:
    for hosts in ([], ["a", "a"], [""], ["a b"], ["http://a"], ["a:b"], ["a/b"], ["a@b"]):
        lines = "".join(f"Host: {host}\r\n" for host in hosts)
        assert world.send(f"GET {world.base}/x HTTP/1.1\r\n{lines}\r\n".encode()) == [400]


def test_line_feeds_alone_end_no_line(world: World) -> None:
    assert world.send(f"GET {world.base}/x HTTP/1.1\nHost: a\n\n".encode()) == [400]
    assert world.send(request(world.gateway.url, "/x", "x-a: b\nx-b: c")) == [400]


def test_an_absolute_target_is_served_by_its_own_host(world: World) -> None:
    """RFC 9112, section 3.2.2: the host of the target replaces the header's host."""
    for target in (f"{world.gateway.url}/x", f"HTTP://{world.host.upper()}/x", f"http://{world.host}:80/x?a=b"):
        assert world.send(f"GET {target} HTTP/1.1\r\nHost: elsewhere\r\nConnection: close\r\n\r\n".encode()) == [200]
    for target in (f"http:///{world.base}/x", "http://a@b/x", "http://a b/x", "ftp://a/x", "http://[a/x"):
        sent = f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode()
        assert [answer.status for answer in exchange(world.edge, sent)] == [400]


@pytest.mark.parametrize("target", ["*", "x", "example.com:80", "?a=b"])
def test_a_target_that_is_no_path_is_refused(world: World, target: str) -> None:
    sent = f"OPTIONS {target} HTTP/1.1\r\nHost: {world.host}\r\nConnection: close\r\n\r\n".encode()
    assert world.send(sent) == [400]


def test_host_names_ignore_case(world: World, emulator: Any) -> None:
    assert world.send(request(world.edge, "/x", host=world.host.upper())) == [200]
    s3 = emulator.client("s3")
    with ExitStack() as stack:
        bucket = f"b-{world.gateway.id}"
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        stack.callback(s3.delete_bucket, Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="k", Body=b"content")
        stack.callback(s3.delete_object, Bucket=bucket, Key="k")
        host = f"{bucket}.S3.EU-CENTRAL-1.LocalHost.LocalStack.Cloud".upper()
        assert exchange(world.edge, request(world.edge, "/k", host=host))[0].body == b"content"


def test_pipelined_requests_are_answered_in_order_until_one_is_refused(world: World) -> None:
    one = f"GET {world.base}/x HTTP/1.1\r\nHost: a\r\n\r\n"
    assert world.send((one * 3).encode(), finish=True) == [200] * 3
    bad = f"GET {world.base}/x?\x7f HTTP/1.1\r\nHost: a\r\n\r\n"
    assert world.send((one + bad + one).encode(), finish=True) == [200, 400]


def test_an_address_of_no_api_is_answered_too(world: World) -> None:
    """No API has an access log for it."""
    for sent in (
        request(world.edge, "/\x7f"),
        request(world.edge, "/" + "x" * 20_000),
        b"nonsense\r\n\r\n"[1:],
    ):
        found = exchange(world.edge, sent)
        assert [400 <= answer.status < 500 for answer in found] == [True]
        assert "apigw-requestid" not in found[0].headers


def test_bytes_at_random_always_get_an_answer_and_a_line(world: World) -> None:
    """Good requests have a few bytes after the API's address replaced, doubled, dropped or added."""
    rng = random.Random(SEED)  # noqa: S311 -- no secret
    statuses = set()
    for number in range(CALLS):
        sent = damaged(rng, world.gateway.url)
        received = exchange(world.gateway.url, sent, finish=True)
        # The bytes after a shortened body may be another request, to no API.
        by_api = [world.note(answer) for answer in received]
        assert by_api[:1] == [True], f"seed {SEED}, call {number}: {received} to {sent!r:.500}"
        assert all(answer.status < 500 for answer in received), f"call {number}: {received} to {sent!r:.500}"
        statuses |= {answer.status for answer in received}
    assert statuses >= {200, 400, 404, 414, 431}
