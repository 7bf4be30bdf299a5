"""The Lambda service's errors for a failed runtime have AWS's words."""

import json
import signal

import pytest

from localstack_dockerless.services.lambda_ import failures


def answer(failure: failures.Failure) -> dict[str, str]:
    parsed: dict[str, str] = json.loads(failure.payload)
    return parsed


def test_a_timeout():
    assert answer(failures.timed_out("id-1", 3)) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": "RequestId: id-1 Error: Task timed out after 3.00 seconds",
    }


def test_out_of_memory():
    assert answer(failures.out_of_memory("id-1")) == {
        "errorType": "Runtime.OutOfMemory",
        "errorMessage": "RequestId: id-1 Error: Runtime exited with error: signal: killed",
    }


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (0, "Runtime exited without providing a reason"),
        (1, "Runtime exited with error: exit status 1"),
        (-signal.SIGKILL, "Runtime exited with error: signal: killed"),
        (-signal.SIGSEGV, "Runtime exited with error: signal: segmentation fault (core dumped)"),
        (-signal.SIGUSR1, "Runtime exited with error: signal: signal 10"),
    ],
)
def test_an_exit(status: int, reason: str):
    assert answer(failures.exited("id-1", status)) == {
        "errorType": "Runtime.ExitError",
        "errorMessage": f"RequestId: id-1 Error: {reason}",
    }


def test_what_the_runtime_reported_itself_is_passed_on_unchanged():
    body = b'{"errorType": "Runtime.ImportModuleError", "stackTrace": []}'
    failure = failures.not_loaded("Runtime.ImportModuleError", body)
    assert failure.payload == body
    assert failure.error_type == "Runtime.ImportModuleError"


def test_an_answer_over_the_quota():
    message = answer(failures.response_too_large(6_291_556))["errorMessage"]
    assert message == "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
