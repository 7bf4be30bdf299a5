"""Each side decodes the ECS agent's messages of the other side, and refuses everything else."""

import json
from typing import Any

import pytest

from localstack_dockerless.services.ecs.agent.protocol import (
    AgentState,
    Assignment,
    Credentials,
    CredentialsRequest,
    HealthCheck,
    LogLines,
    Order,
    ProtocolError,
    Report,
    decode,
    encode,
)

STATE = AgentState(
    sequence=3,
    group="service:api",
    address="127.0.0.1",
    port=8000,
    running="t1",
    health="HEALTHY",
    once=False,
    stopping=False,
    leaving=True,
    reports=(Report("t0", "STOPPED", exit_code=137), Report("t1", "RUNNING")),
    wait_seconds=2.0,
)
CHECK = HealthCheck(("/bin/sh", "-c", "true"), 5.0, 2.0, 3, 0.0)
RUN = Order("run", Assignment("t2", ("python", "-m", "x"), {"PASSWORD": "secret"}, CHECK, 30.0, "c1"))
PLAIN = Order("run", Assignment("t2", None, {}, None, 30.0, None))
CREDENTIALS = Credentials("arn:role", "LSIA1", "secret", "token", "2026-11-27T03:00:00Z")
LINES = LogLines("t1", ((1_700_000_000_000, "é"), (1_700_000_000_001, "")))


@pytest.mark.parametrize(
    "message",
    [STATE, RUN, PLAIN, Order("idle"), Order("over"), LINES, LogLines("t1", ()), CredentialsRequest("t1"), CREDENTIALS],
)
def test_a_message_arrives_as_it_was_sent(message: Any):
    assert decode(type(message), encode(message)) == message


def _changed(message: Any, **changes: Any) -> bytes:
    return json.dumps(json.loads(encode(message)) | changes).encode()


def test_whole_seconds_are_seconds():
    assert decode(AgentState, _changed(STATE, wait_seconds=0)).wait_seconds == 0.0


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        (AgentState, _changed(STATE, version=2), "AgentState: unknown version"),
        (AgentState, b"{}", "AgentState: missing sequence, group, address"),
        (AgentState, b"[]", "AgentState: list instead of AgentState"),
        (AgentState, b"{", "AgentState: no JSON"),
        (AgentState, b"\xff", "AgentState: no JSON"),
        (AgentState, _changed(STATE, port="8000"), "AgentState.port: str instead of int"),
        (AgentState, _changed(STATE, port=True), "AgentState.port: bool instead of int"),
        (AgentState, _changed(STATE, leaving=1), "AgentState.leaving: int instead of bool"),
        (AgentState, _changed(STATE, running=1), "AgentState.running: int instead of str"),
        (AgentState, _changed(STATE, reports={}), r"AgentState.reports: dict instead of tuple"),
        (
            AgentState,
            _changed(STATE, reports=[{"task": "t", "status": "RUNNING"}]),
            r"AgentState.reports\[0\]: missing exit_code, reason",
        ),
        (
            AgentState,
            _changed(STATE, reports=[{"task": "t", "status": "STARTED", "exit_code": None, "reason": None}]),
            r"AgentState.reports\[0\].status: 'STARTED' is none of RUNNING, STOPPED",
        ),
        (Order, b'{"action": "run", "task": null}', "Order: the action run without a task"),
        (Order, _changed(RUN, action="idle"), "Order: the action idle with a task"),
        (Order, _changed(RUN, action="stop"), "Order.action: 'stop' is none of run, idle, keep, leave, over"),
        (Credentials, _changed(CREDENTIALS, token=None), "Credentials.token: NoneType instead of str"),
        (CredentialsRequest, b"{}", "CredentialsRequest: missing task"),
        (LogLines, b'{"task": "t", "lines": [[1]]}', r"LogLines.lines\[0\]: list instead of tuple\[int, str\]"),
        (LogLines, b'{"task": "t", "lines": [[1, 2]]}', r"LogLines.lines\[0\]\[1\]: int instead of str"),
    ],
)
def test_a_message_of_another_shape_is_refused_by_name(kind: Any, content: bytes, text: str):
    with pytest.raises(ProtocolError, match=f"^{text}"):
        decode(kind, content)


def test_an_error_has_no_value_of_an_environment():
    task = json.loads(encode(PLAIN))["task"]
    broken = _changed(RUN, task=task | {"environment": {"PASSWORD": ["secret"]}})
    with pytest.raises(ProtocolError) as error:
        decode(Order, broken)
    assert str(error.value) == "Order.task.environment['PASSWORD']: list instead of str"
