"""Every failure of a function is answered as on AWS."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from dockerless_testing.lambda_functions import Function, function

FAILING = """
import os, signal, subprocess, sys, time

class MeterOffline(Exception):
    pass

calls = []
HOARD = "import time; hoard = bytearray(400 * 2**20); time.sleep(60)"

def handle(event, context):
    calls.append(1)
    match event:
        case "raise": raise MeterOffline("meter 7 is offline")
        case "sleep": time.sleep(60)
        case "children": subprocess.run(["sleep", "60"])
        case "exit": os._exit(3)
        case "leave": sys.exit(0)
        case "signal": os.kill(os.getpid(), signal.SIGSEGV)
        case "memory": return len(bytearray(400 * 2**20))
        case "child memory": subprocess.run([sys.executable, "-c", HOARD])
        case "reserve":
            import mmap
            return len(mmap.mmap(-1, 2**33))
        case "nonsense": return {1, 2}
        case "large": return "x" * 7_000_000
        case "nearly large": return "x" * 6_000_000
    return len(calls)
"""


@pytest.fixture(scope="module")
def failing(emulator: Any):
    with function(emulator, FAILING, Timeout=3, MemorySize=128) as made:
        yield made


def test_an_exception(failing: Function):
    answer = failing.invoke("raise")
    assert answer.error == "Unhandled"
    assert answer.payload["errorType"] == "MeterOffline"
    assert answer.payload["errorMessage"] == "meter 7 is offline"
    assert len(answer.payload["requestId"]) == 36
    assert 'raise MeterOffline("meter 7 is offline")' in answer.payload["stackTrace"][0]
    assert "[ERROR] MeterOffline: meter 7 is offline\nTraceback (most recent call last):" in answer.log


def test_an_exception_leaves_the_environment_warm(failing: Function):
    before = failing.invoke().payload
    failing.invoke("raise")
    assert failing.invoke().payload == before + 2


@pytest.mark.parametrize("event", ["sleep", "children"])
def test_a_timeout(failing: Function, event: str):
    answer = failing.invoke(event)
    request_id = request_id_of(answer.log)
    assert answer.error == "Unhandled"
    assert answer.payload == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after 3.00 seconds",
    }
    assert f"{request_id} Task timed out after 3.00 seconds" in answer.log
    assert "\tStatus: timeout\t" in answer.log
    assert failing.invoke().payload == 1, "the next invocation starts afresh"


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ("exit", "Runtime exited with error: exit status 3"),
        ("leave", "Runtime exited without providing a reason"),
        ("signal", "Runtime exited with error: signal: segmentation fault (core dumped)"),
    ],
)
def test_an_exit(failing: Function, event: str, reason: str):
    answer = failing.invoke(event)
    assert answer.payload == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: {request_id_of(answer.log)} Error: {reason}",
    }
    assert "\tStatus: error\tError Type: Runtime.ExitError\t" in answer.log
    assert failing.invoke().payload == 1


@pytest.mark.parametrize("event", ["memory", "child memory"])
def test_more_memory_than_configured(failing: Function, event: str):
    answer = failing.invoke(event)
    assert answer.payload == {
        "errorType": "Runtime.OutOfMemory",
        "errorMessage": f"RequestId: {request_id_of(answer.log)} Error: Runtime exited with error: signal: killed",
    }
    assert "Memory Size: 128 MB\tMax Memory Used: 128 MB\t" in answer.log
    assert failing.invoke().payload == 1


def test_reserved_address_space_is_not_memory(failing: Function):
    assert failing.invoke("reserve").payload == 2**33


def test_an_answer_that_is_no_json(failing: Function):
    assert failing.invoke("nonsense").payload["errorType"] == "Runtime.MarshalError"


def test_an_answer_within_the_quota(failing: Function):
    assert len(failing.invoke("nearly large").payload) == 6_000_000


def test_an_answer_over_the_quota(failing: Function):
    answer = failing.invoke("large")
    assert answer.error == "Unhandled"
    assert answer.payload == {
        "errorType": "Function.ResponseSizeTooLarge",
        "errorMessage": "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    }


def test_a_payload_over_the_quota(emulator: Any, failing: Function):
    client = emulator.client("lambda")
    with pytest.raises(client.exceptions.RequestTooLargeException):
        client.invoke(FunctionName=failing.name, Payload=b'"' + b"x" * 6 * 1024 * 1024 + b'"')


@pytest.mark.parametrize(
    ("source", "error_type", "message"),
    [
        ("import missing_package", "Runtime.ImportModuleError", "No module named 'missing_package'"),
        ("def other(event, context): pass", "Runtime.HandlerNotFound", "Handler 'handle' missing on module 'app'"),
        ("def handle(event context): pass", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("raise KeyError('TABLE')", "KeyError", "'TABLE'"),
        ("import sys; sys.exit(4)", "Runtime.ExitError", "Runtime exited with error: exit status 4"),
    ],
)
def test_code_that_cannot_be_loaded(emulator: Any, source: str, error_type: str, message: str):
    with function(emulator, source) as broken:
        for answer in (broken.invoke(), broken.invoke()):
            assert answer.error == "Unhandled"
            assert answer.payload["errorType"] == error_type
            assert message in answer.payload["errorMessage"]
            assert f"Phase: invoke\tStatus: error\tError Type: {error_type}" in answer.log
            assert f"\tStatus: error\tError Type: {error_type}\t" in answer.log.splitlines()[-1]


def test_a_missing_dependency_has_a_stack_trace(emulator: Any):
    with function(emulator, "raise KeyError('TABLE')") as broken:
        assert "raise KeyError('TABLE')" in broken.invoke().payload["stackTrace"][-1]


def request_id_of(log: str) -> str:
    (line,) = (line for line in log.splitlines() if line.startswith("END RequestId: "))
    return line.removeprefix("END RequestId: ")


SHOWN = """
import json, pathlib, warnings

def handle(event, context):
    print("here", __file__)
    if event == "warn":
        warnings.warn("as asked")
    elif event == "json":
        json.loads("{")
    elif event == "file":
        pathlib.Path(__file__).with_name("missing.txt").read_text()
    else:
        raise ValueError("as asked")
"""


@pytest.mark.parametrize("event", ["raise", "json", "file", "warn"])
def test_errors_and_logs_show_the_paths_of_aws(emulator: Any, event: str):
    with function(emulator, SHOWN) as made:
        answer = made.invoke(event)
        shown = answer.log + json.dumps(answer.payload)
        assert "here /var/task/app.py" in answer.log
        assert "emulator-lambda" not in shown
        assert str(Path(sys.base_prefix)) not in shown
        if event == "warn":
            assert "/var/task/app.py:7: UserWarning: as asked" in answer.log
        else:
            assert '"/var/task/app.py", line' in answer.payload["stackTrace"][0]
        if event == "json":
            assert "/var/lang/lib/python3.13/json/" in answer.payload["stackTrace"][-1]
        if event == "file":
            assert "'/var/task/missing.txt'" in answer.payload["errorMessage"]


def test_an_import_that_fails_shows_the_paths_of_aws(emulator: Any):
    with function(emulator, "raise KeyError('TABLE')") as broken:
        answer = broken.invoke()
        assert "/var/task/app.py" in answer.payload["stackTrace"][-1]
        assert "emulator-lambda" not in answer.log + json.dumps(answer.payload)
