"""An HTTP API answers errors itself, and applies a change of its configuration at once."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from dockerless_testing.backends import Backend, Received, Reply
from dockerless_testing.gateways import Balancer, Gateway, HttpAnswer, call

MEGABYTE = 1024 * 1024


@contextmanager
def answering_checks_then(sent: bytes) -> Iterator[int]:
    """Runs a server that answers health checks with 200, and all else with `sent`, then closes. Yields its port."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            with connection:
                healthy = b"GET /health " in connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" if healthy else sent)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        thread.join()
        server.close()


def message(answer: HttpAnswer) -> tuple[int, Any]:
    assert answer.values("Content-Type") == ["application/json"]
    assert len(answer.values("Apigw-Requestid")) == 1
    return answer.status, json.loads(answer.body)


def test_no_route_is_404(gateway: Gateway) -> None:
    gateway.route("GET /known")
    assert message(gateway.call("/unknown")) == (404, {"message": "Not Found"})
    assert message(gateway.call("/known", "POST")) == (404, {"message": "Not Found"})


def test_an_unknown_api_is_404(emulator: Any) -> None:
    answer = call(emulator.url, "/_aws/execute-api/nosuchapi/x")
    assert (answer.status, json.loads(answer.body)) == (404, {"message": "Not Found"})


def test_a_body_above_10_mb_is_413(gateway: Gateway, backend: Backend) -> None:
    gateway.route("POST /x")
    before = len(backend.received)
    assert message(gateway.call("/x", "POST", body=b"x" * 11 * MEGABYTE)) == (
        413,
        {"message": "Request Entity Too Large"},
    )
    assert len(backend.received) == before
    assert gateway.call("/x", "POST", body=b"x" * 10 * MEGABYTE).status == 200
    chunks = [b"x" * MEGABYTE] * 11
    assert message(gateway.call("/x", "POST", chunks=chunks))[0] == 413


def test_the_stages_throttling_is_429_and_applies_at_once(gateway: Gateway) -> None:
    gateway.route("GET /x")
    gateway.route("GET /y")
    settings = {"ThrottlingBurstLimit": 2, "ThrottlingRateLimit": 0.001}
    gateway.aws.update_stage(ApiId=gateway.id, StageName="$default", DefaultRouteSettings=settings)
    assert [gateway.call("/x").status for _ in range(4)] == [200, 200, 429, 429]
    assert message(gateway.call("/x")) == (429, {"message": "Too Many Requests"})
    assert gateway.call("/y").status == 200
    own = {"GET /x": {"ThrottlingBurstLimit": 1, "ThrottlingRateLimit": 1000.0}}
    gateway.aws.update_stage(ApiId=gateway.id, StageName="$default", RouteSettings=own)
    assert gateway.call("/x").status == 200


def test_no_registered_target_is_503(emulator: Any) -> None:
    with ExitStack() as stack:
        gateway = Gateway(Balancer(emulator, stack), stack)
        gateway.route("GET /x")
        assert message(gateway.call("/x")) == (503, {"message": "Service Unavailable"})


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", b"no http\r\n\r\n"])
def test_a_target_that_breaks_off_is_503(gateway: Gateway, balancer: Balancer, sent: bytes) -> None:
    with ExitStack() as stack:
        port = stack.enter_context(answering_checks_then(sent))
        group = balancer.target_group()
        rule = balancer.elb.create_rule(
            ListenerArn=balancer.listener,
            Priority=1,
            Conditions=[{"Field": "path-pattern", "Values": ["/broken"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": group}],
        )["Rules"][0]["RuleArn"]
        stack.callback(balancer.elb.delete_rule, RuleArn=rule)
        balancer.register(port, group=group)
        gateway.route("GET /broken")
        assert message(gateway.call("/broken")) == (503, {"message": "Service Unavailable"})


def test_the_integrations_timeout_is_504(gateway: Gateway, backend: Backend) -> None:
    answered = threading.Event()

    def slow(_: Received) -> Reply:
        answered.wait(100)
        return Reply()

    backend.reply = slow
    try:
        gateway.route("GET /slow", gateway.integration(TimeoutInMillis=300))
        assert message(gateway.call("/slow")) == (504, {"message": "Gateway Timeout"})
    finally:
        answered.set()
        backend.reply = lambda _: Reply()


def test_changes_apply_at_once(gateway: Gateway) -> None:
    integration = gateway.integration()
    route = gateway.route("GET /a", integration)
    assert gateway.call("/a").status == 200
    gateway.aws.update_route(ApiId=gateway.id, RouteId=route, RouteKey="GET /b")
    assert (gateway.call("/a").status, gateway.call("/b").status) == (404, 200)
    gateway.aws.delete_route(ApiId=gateway.id, RouteId=route)
    assert gateway.call("/b").status == 404


def test_parameters_are_mapped(gateway: Gateway, backend: Backend) -> None:
    backend.reply = lambda _: Reply(200, [("X-Secret", "1")])
    integration = gateway.integration(
        RequestParameters={
            "overwrite:header.x-who": "$context.requestId",
            "append:querystring.stage": "$context.stage",
            "remove:header.x-key": "''",
            "overwrite:path": "/inner/$request.path",
        },
        ResponseParameters={"200": {"overwrite:statuscode": "203", "remove:header.x-secret": "''"}},
    )
    gateway.aws.update_integration(
        ApiId=gateway.id,
        IntegrationId=integration,
        RequestParameters={"overwrite:path": "/inner${request.path}"},
    )
    gateway.route("GET /x", integration)
    answer = gateway.call("/x?a=%2f", headers=[("X-Who", "spoofed"), ("X-Key", "secret")])
    assert (answer.status, answer.values("X-Secret")) == (203, [])
    got = backend.received[-1]
    assert got.path == "/inner/x?a=%2f&stage=%24default"
    assert got.values("X-Who") == answer.values("Apigw-Requestid")
    assert got.values("X-Key") == []


def test_a_named_stage_is_part_of_the_address_and_of_the_path(gateway: Gateway, backend: Backend) -> None:
    backend.reply = lambda _: Reply()
    gateway.aws.create_stage(ApiId=gateway.id, StageName="v1", AutoDeploy=True, StageVariables={"name": "value"})
    gateway.route("GET /x", gateway.integration(RequestParameters={"append:header.var": "$stageVariables.name"}))
    assert gateway.call("/v1/x").status == 200
    assert backend.received[-1].path == "/v1/x"
    assert backend.received[-1].values("var") == ["value"]


def test_without_automatic_deployment_a_stage_serves_its_deployment(gateway: Gateway) -> None:
    gateway.aws.create_stage(ApiId=gateway.id, StageName="v1")
    gateway.route("GET /x")
    assert gateway.call("/v1/x").status == 404
    gateway.aws.create_deployment(ApiId=gateway.id, StageName="v1")
    assert gateway.call("/v1/x").status == 200
    gateway.route("GET /y")
    assert gateway.call("/v1/y").status == 404
    gateway.aws.create_deployment(ApiId=gateway.id, StageName="v1")
    assert gateway.call("/v1/y").status == 200


def test_an_api_without_its_endpoint_answers_404(gateway: Gateway) -> None:
    gateway.route("GET /x")
    gateway.aws.update_api(ApiId=gateway.id, DisableExecuteApiEndpoint=True)
    assert gateway.call("/x").status == 404


def test_what_follows_on_the_same_connection_is_a_request_of_its_own(gateway: Gateway) -> None:
    gateway.route("$default")
    parts = urlsplit(gateway.url)
    request = f"GET {parts.path}/a HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode()
    with closing(socket.create_connection((parts.hostname or "", parts.port or 0), timeout=100)) as connection:
        connection.sendall(request + request)
        seen = b""
        while seen.count(b"HTTP/1.1 200") < 2:
            received = connection.recv(65536)
            assert received, seen
            seen += received
