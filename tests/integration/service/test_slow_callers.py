"""Slow callers over real connections delay no other caller, and the service ends their connections."""

import json
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import Engine

from service.settings import Settings
from tests.integration.service.processes import ServiceProcess, service_process
from tests.integration.service.support import HEADERS, PATH, batch

SLOW = 200
"""More than the service has places (`pool_size` + `waiting_requests`: 110)."""

BODY = json.dumps(batch(0)).encode()


@pytest.fixture(scope="module")
def service(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServiceProcess]:
    with service_process(settings, tmp_path_factory.mktemp("service") / "log") as process:
        process.wait_until_healthy()
        yield process


def connect(service: ServiceProcess) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), timeout=60)


def head(length: int = len(BODY)) -> bytes:
    lines = [f"POST {PATH} HTTP/1.1", "host: service", f"content-length: {length}"]
    return "\r\n".join([*lines, *(f"{name}: {value}" for name, value in HEADERS.items()), "", ""]).encode()


def to_the_end(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


def status_of_a_whole_request(service: ServiceProcess) -> bytes:
    with connect(service) as connection:
        connection.sendall(head().replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n") + BODY)
        return to_the_end(connection).split(b" ", 2)[1]


SLOW_STARTS = {
    "the whole head": head(),
    "the head and a part of the body": head() + BODY[:9],
    "a long body's first part": head(500_000) + b" " * 70_000,
    "a part of the head": head()[:40],
}


@pytest.mark.parametrize("start", SLOW_STARTS.values(), ids=SLOW_STARTS)
@pytest.mark.usefixtures("engine")
def test_slow_requests_hold_up_nobody_and_end(service: ServiceProcess, start: bytes) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(8) as threads:
        slow = [stack.enter_context(connect(service)) for _ in range(SLOW)]
        for connection in slow:
            connection.sendall(start)
        statuses = list(threads.map(lambda _: status_of_a_whole_request(service), range(100)))
        assert set(statuses) == {b"200"}
        for connection in slow:
            answer = to_the_end(connection)
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"connection: close" in answer.lower()


def test_the_rest_of_a_body_that_was_refused_is_not_waited_for_for_ever(
    service: ServiceProcess, engine: Engine
) -> None:
    with connect(service) as connection:
        connection.sendall(head(50_000_000) + b" " * 1_000)
        assert to_the_end(connection).startswith(b"HTTP/1.1 413 ")
