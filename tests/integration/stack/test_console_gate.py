"""The gate starts the console with the first request, hands it the socket, and waits again when it has ended."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from dockerless_testing.waiting import wait_until
from local.compose import relay
from local.launcher import console_gate

CONSOLE = """
import http.server, os, socket, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"{os.getpid()}".encode())
    def log_message(self, *_): pass
listening = socket.socket(fileno=int(sys.argv[sys.argv.index("--fd") + 1]))
listening.setblocking(True)
server = http.server.HTTPServer(("127.0.0.1", 0), Handler, bind_and_activate=False)
server.socket = listening
for _ in range(int(sys.argv[1])):
    server.handle_request()
sys.exit(int(sys.argv[2]))
"""
"""It stands in for the console: it answers some requests, and ends with an exit code."""


@pytest.fixture
def port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


class Gate:
    """A gate in front of a console that ends after `requests` requests with `code`."""

    def __init__(self, folder: Path, port: int, requests: int, code: int = 0, host: str = "127.0.0.1") -> None:
        (folder / "console.py").write_text(CONSOLE)
        command = [sys.executable, str(folder / "console.py"), str(requests), str(code)]
        gate = [sys.executable, "-S", "-E", console_gate.__file__, host, str(port)]
        self.address = f"http://{host}:{port}"
        self.process = subprocess.Popen([*gate, *command])
        self.family = psutil.Process(self.process.pid)
        wait_until(self.listens, 10, "the gate that listens")

    def listens(self) -> bool:
        return any(each.status == psutil.CONN_LISTEN for each in self.family.net_connections())

    def ask(self) -> str:
        """Returns the process id of the console that answers."""
        return httpx.get(self.address, timeout=60, trust_env=False).text

    def consoles(self) -> list[int]:
        return [child.pid for child in self.family.children()]


@pytest.fixture
def make_gate(tmp_path: Path, port: int) -> Iterator[Callable[..., Gate]]:
    made: list[Gate] = []

    def make(requests: int, code: int = 0, host: str = "127.0.0.1") -> Gate:
        made.append(Gate(tmp_path, port, requests, code, host))
        return made[-1]

    yield make
    for gate in made:
        gate.process.terminate()
        assert gate.process.wait(60) == 0


def test_no_console_runs_before_a_request_and_the_first_one_is_answered(make_gate):
    gate = make_gate(2)
    assert gate.consoles() == []
    first = gate.ask()
    assert gate.ask() == first
    wait_until(lambda: gate.consoles() == [], 10, "the end of the idle console")
    second = gate.ask()
    assert second != first


def test_the_end_of_the_gate_ends_the_console(make_gate):
    gate = make_gate(99)
    console = psutil.Process(int(gate.ask()))
    gate.process.terminate()
    assert gate.process.wait(60) == 0
    wait_until(lambda: not console.is_running(), 10, "the end of the console")


def test_a_console_that_fails_closes_the_waiting_requests(make_gate):
    gate = make_gate(0, 1)
    with pytest.raises(httpx.TransportError):
        gate.ask()
    assert gate.process.poll() is None


def test_in_a_container_the_relay_leads_from_the_loopback_to_the_gate(make_gate, port: int):
    """127.0.0.2 stands for the address of the container that runs the console."""
    gate = make_gate(2, host="127.0.0.2")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}", timeout=60, trust_env=False)
    listening = relay.listen(port)
    threading.Thread(target=relay.run, args=([(listening, ("127.0.0.2", port))],), daemon=True).start()
    found = httpx.get(f"http://127.0.0.1:{port}", timeout=60, trust_env=False).text
    assert found == gate.ask()


def test_the_gate_takes_little_memory(make_gate):
    gate = make_gate(1)
    assert gate.family.memory_info().rss < 24 << 20
