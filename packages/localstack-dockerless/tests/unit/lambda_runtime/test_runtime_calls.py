"""The calls of the Runtime API for a Python without the client's compiled module are as that module's."""

import http.client
from typing import Any

import pytest

from localstack_dockerless.services.lambda_ import runtime_calls


class Connection:
    """Stands for a connection. It keeps the requests, and refuses every id but `one`."""

    received: list[Any]

    def __init__(self, address: str) -> None:
        assert address == "127.0.0.1:9001"

    def request(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> None:
        self.received.append((method, path, body, headers))
        self.status = 200 if path.endswith("/next") else 202 if "/one/" in path else 400

    def getresponse(self) -> "Connection":
        return self

    def read(self) -> bytes:
        return b"{}"

    def getheaders(self) -> list[tuple[str, str]]:
        return [("Lambda-Runtime-Aws-Request-Id", "one")]

    def close(self) -> None:
        """Closes nothing."""


@pytest.fixture
def received(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    Connection.received = []
    monkeypatch.setattr(http.client, "HTTPConnection", Connection)
    runtime_calls.call_at("127.0.0.1:9001")
    runtime_calls.initialize_client("agent/1")
    return Connection.received


def test_an_invocation_is_fetched_and_answered(received: list[Any]) -> None:
    body, headers = runtime_calls.next()
    assert (body, headers["Lambda-Runtime-Aws-Request-Id"]) == (b"{}", "one")
    runtime_calls.post_invocation_result("one", b"1", "application/json", None)
    runtime_calls.post_error("one", '{"errorType": "E"}', "cause", "two")
    base = "/2018-06-01/runtime/invocation"
    assert [request[:3] for request in received] == [
        ("GET", f"{base}/next", None),
        ("POST", f"{base}/one/response", b"1"),
        ("POST", f"{base}/one/error", b'{"errorType": "E"}'),
    ]
    assert received[1][3] == {"User-Agent": "agent/1", "Content-Type": "application/json"}
    assert received[2][3]["Lambda-Runtime-Function-XRay-Error-Cause"] == "cause"
    assert received[2][3]["Lambda-Runtime-Invocation-Id"] == "two"


def test_a_refused_call_is_an_error(received: list[Any]) -> None:
    with pytest.raises(RuntimeError, match="400"):
        runtime_calls.post_invocation_result("two", b"1", "application/json", None)
    assert len(received) == 1
