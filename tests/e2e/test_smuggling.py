"""Requests that mean one thing to the gateway and another to what is behind it: none gets round the authorizer."""

import json
import re
import socket
from contextlib import suppress
from datetime import date
from urllib.parse import urlsplit

import pytest

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient, readings_path
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.logs import Logs
from tests.e2e.readings import quarter_hours

PATIENCE_SECONDS = 20
HEALTHY = b'{"status":"ok"}'
IDENTITY = "x-billing-metering-point"


@pytest.fixture(scope="module")
def pair(customers: Customers) -> tuple[TestCustomer, TestCustomer]:
    """Who calls, and whose metering point that does not open."""
    return customers.create(), customers.create()


class Wire:
    """Sends bytes as they are; no client library would."""

    def __init__(self, stack: RunningStack) -> None:
        address = urlsplit(stack.api_url)
        self._address = (address.hostname or "", address.port or 80)
        self._base = address.path

    def request(self, method: str, path: str, lines: list[str], body: str = "") -> str:
        """A request with these header lines beside `Host`, as text."""
        return "\r\n".join([f"{method} {self._base}{path} HTTP/1.1", f"Host: {self._address[0]}", *lines, "", body])

    def send(self, text: str) -> list[int]:
        """The statuses of the answers, without that of a last harmless request, after which the server hangs up.

        Where the server takes that one for a part of what was before it, it waits for more, in vain.
        """
        received = self.received(text)
        statuses = [int(status) for status in re.findall(rb"HTTP/1[.]1 (\d{3}) ", received)]
        return statuses[:-1] if received.endswith(HEALTHY) else statuses

    def received(self, text: str) -> bytes:
        """The answers to `text` and to a last harmless request, as they came."""
        last = self.request("GET", "/health", ["Connection: close"])
        received = b""
        with socket.create_connection(self._address, timeout=PATIENCE_SECONDS) as connection:
            connection.sendall((text + last).encode("latin-1"))
            with suppress(TimeoutError, ConnectionResetError):
                while chunk := connection.recv(65536):
                    received += chunk
        return received


@pytest.fixture
def wire(stack: RunningStack) -> Wire:
    return Wire(stack)


def _body(day: date) -> str:
    return f'{{"readings": [{{"interval_start": "{quarter_hours(day)[0].isoformat()}", "consumption_kwh": 1}}]}}'


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param(["{identity}: {other}"], id="the header itself"),
        pytest.param(["{identity}: {own}", "{identity}: {other}"], id="twice"),
        pytest.param(["{identity}: {own},{other}"], id="joined"),
        pytest.param(["{identity} : {other}"], id="a space before the colon"),
        pytest.param([" {identity}: {other}"], id="a space before the name"),
        pytest.param(["x-a: b", " {identity}: {other}"], id="folded into another"),
        pytest.param(["x_billing_metering_point: {other}"], id="underscores"),
        pytest.param(["X-BILLING-METERING-POINT:{other}"], id="capitals"),
        pytest.param(["{identity}\x0b: {other}"], id="a control character in the name"),
        pytest.param(["x-a: b\n{identity}: {other}"], id="a bare line feed"),
        pytest.param(["x-a: b\r{identity}: {other}"], id="a bare carriage return"),
        pytest.param(["Connection: {identity}"], id="named by Connection"),
        pytest.param(["Connection: close, x-api-key"], id="the key named by Connection"),
    ],
)
def test_no_forged_header_opens_another_metering_point(
    wire: Wire, api: ApiClient, pair: tuple[TestCustomer, TestCustomer], day: date, forged: list[str]
) -> None:
    own, other = pair
    lines = [line.format(identity=IDENTITY, own=own.number, other=other.number) for line in forged]
    body = _body(day)
    framing = [f"Content-Length: {len(body)}", "Content-Type: application/json", f"x-api-key: {own.key}"]
    statuses = wire.send(wire.request("POST", readings_path(other.number), [*framing, *lines], body))
    assert statuses
    assert all(400 <= status < 500 for status in statuses), statuses
    assert api.stored(other.number, other.key) == []


@pytest.mark.parametrize(
    "framing",
    [
        pytest.param(["Content-Length: {length}", "Transfer-Encoding: chunked"], id="a length and chunks"),
        pytest.param(["Transfer-Encoding: chunked", "Content-Length: {length}"], id="chunks and a length"),
        pytest.param(["Content-Length: 5", "Content-Length: {length}"], id="two lengths"),
        pytest.param(["Content-Length: +{length}"], id="a signed length"),
        pytest.param(["Content-Length: {length}", "Transfer-Encoding: \x0bchunked"], id="chunks in disguise"),
        pytest.param(["Content-Length: 0"], id="no length, another request behind"),
        pytest.param(["Transfer-Encoding: xchunked"], id="an unknown coding"),
    ],
)
def test_no_framing_hides_a_request_of_another_customer(
    wire: Wire, api: ApiClient, pair: tuple[TestCustomer, TestCustomer], day: date, framing: list[str]
) -> None:
    """A second request inside the first one's body, with the identity that only the gateway may give."""
    own, other = pair
    body = _body(day)
    inner = [f"{IDENTITY}: {other.number}", "Content-Type: application/json", f"Content-Length: {len(body)}"]
    hidden = wire.request("POST", readings_path(other.number), inner, body)
    content = f"0\r\n\r\n{hidden}"
    lines = [line.format(length=len(content)) for line in framing]
    lines += ["Content-Type: application/json", f"x-api-key: {own.key}"]
    statuses = wire.send(wire.request("POST", readings_path(own.number), lines, content))
    assert statuses
    assert all(400 <= status < 500 for status in statuses), statuses
    assert api.stored(other.number, other.key) == []
    assert api.readings(own.number, own.key).status == 200


def test_a_key_that_comes_after_the_body_is_none(wire: Wire, pair: tuple[TestCustomer, TestCustomer]) -> None:
    own, _ = pair
    lines = ["Transfer-Encoding: chunked", "Trailer: x-api-key", "Content-Type: application/json"]
    trailer = f"2\r\n{{}}\r\n0\r\nx-api-key: {own.key}\r\n\r\n"
    statuses = wire.send(wire.request("POST", readings_path(own.number), lines, trailer))
    assert all(400 <= status < 500 for status in statuses), statuses


def test_an_absolute_address_does_not_change_whose_it_is(wire: Wire, pair: tuple[TestCustomer, TestCustomer]) -> None:
    own, other = pair
    path = f"http://elsewhere.invalid{readings_path(other.number)}"
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nx-api-key: {own.key}\r\n\r\n"
    statuses = wire.send(request)
    assert all(status >= 400 for status in statuses), statuses


def test_an_absolute_address_of_the_api_is_the_address_that_it_names(
    wire: Wire, stack: RunningStack, pair: tuple[TestCustomer, TestCustomer]
) -> None:
    for customer, status in zip(pair, (200, 403), strict=True):
        target = f"{stack.api_url.rstrip('/')}{readings_path(customer.number)}"
        request = f"GET {target} HTTP/1.1\r\nHost: elsewhere.invalid\r\nx-api-key: {pair[0].key}\r\n\r\n"
        assert wire.send(request) == [status]


@pytest.mark.parametrize(
    ("path", "lines", "status"),
    [
        pytest.param("/health", ["Upgrade: websocket", "Connection: Upgrade"], 200, id="an upgrade"),
        pytest.param("/health?a=\x7f", [], 400, id="a control character in the query"),
        pytest.param("/health?a=\xb0", [], 400, id="a byte beyond ASCII in the query"),
        pytest.param("/health?a=%zz", [], 400, id="a broken escape"),
        pytest.param("/health?a=%00", ["x-a: \xff"], 200, id="what only the service can judge"),
        pytest.param("/health%00", [], 400, id="an escaped control character in the path"),
        pytest.param("/health", [f"x-a: {'b' * 17_000}"], 431, id="a header over 16 KB"),
        pytest.param(f"/health?{'a' * 20_000}", [], 414, id="a request line of 20 kB"),
    ],
)
def test_an_odd_request_is_answered_and_logged(
    wire: Wire, stack: RunningStack, path: str, lines: list[str], status: int
) -> None:
    answer = wire.received(wire.request("GET", path, lines)).decode("latin-1")
    assert answer.startswith(f"HTTP/1.1 {status} "), answer
    found = re.search("apigw-requestid: (.+)\r\n", answer, re.IGNORECASE)
    assert found, answer
    logs = Logs(stack)

    def lines_of_it() -> list[dict[str, str]]:
        seen = [json.loads(message) for message in logs.recent("api")]
        return [line for line in seen if line["requestId"] == found[1]]

    assert [line["status"] for line in wait_until(lines_of_it, PATIENCE_SECONDS, "its line")] == [str(status)]
