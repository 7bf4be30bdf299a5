"""The endpoints of the ECS agents refuse a message of another shape with the name of the fault."""

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from dockerless_testing.emulator import Emulator

STATE: dict[str, Any] = {
    "sequence": 1,
    "group": "service:no-such-service",
    "address": "127.0.0.1",
    "port": 1,
    "running": None,
    "health": "UNKNOWN",
    "once": False,
    "stopping": False,
    "leaving": True,
    "reports": [],
    "wait_seconds": 0,
}


def _post(emulator: Emulator, path: str, body: object) -> tuple[int, Any]:
    parts = urlsplit(emulator.url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=150)
    try:
        connection.request("POST", f"/_emulator/ecs/agents/messages{path}", json.dumps(body))
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def test_a_whole_message_gets_an_order(emulator: Emulator):
    assert _post(emulator, "", STATE) == (200, {"action": "leave", "task": None})


@pytest.mark.parametrize(
    ("path", "body", "fault"),
    [
        ("", {**STATE, "version": 2}, "AgentState: unknown version"),
        ("", {key: value for key, value in STATE.items() if key != "reports"}, "AgentState: missing reports"),
        ("", {**STATE, "port": "1"}, "AgentState.port: str instead of int"),
        ("/logs", {"task": "t"}, "LogLines: missing lines"),
    ],
)
def test_another_message_is_refused_by_name(emulator: Emulator, path: str, body: object, fault: str):
    assert _post(emulator, path, body) == (400, {"error": fault})


def test_lines_of_an_unknown_task_are_refused(emulator: Emulator):
    assert _post(emulator, "/logs", {"task": "t", "lines": [[1, "text"]]})[0] == 404
