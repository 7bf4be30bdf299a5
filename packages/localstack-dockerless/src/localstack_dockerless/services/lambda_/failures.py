"""Words the Lambda service's answers when the runtime itself fails, not the handler.

https://docs.aws.amazon.com/lambda/latest/dg/troubleshooting-invocation.html
The texts are the service's present ones. Step Functions makes the error name of `errorType`.
"""

import json
import signal
from dataclasses import dataclass

OUT_OF_MEMORY = "Runtime.OutOfMemory"
EXIT_ERROR = "Runtime.ExitError"
TIMED_OUT = "Sandbox.Timedout"
RESPONSE_TOO_LARGE = "Function.ResponseSizeTooLarge"


@dataclass(frozen=True)
class Failure:
    """Holds `error_type` and `message` of the answer, or the whole `body` if the runtime wrote it itself."""

    error_type: str
    message: str
    body: bytes | None = None

    @property
    def payload(self) -> bytes:
        """Returns the JSON that the caller gets."""
        if self.body is not None:
            return self.body
        return json.dumps({"errorType": self.error_type, "errorMessage": self.message}).encode()


def timed_out(request_id: str, timeout: int) -> Failure:
    """Describes a timeout. `timeout` is in seconds."""
    return Failure(TIMED_OUT, f"RequestId: {request_id} Error: Task timed out after {timeout}.00 seconds")


def exited(request_id: str, status: int) -> Failure:
    """Describes a runtime that ended. `status` is as `subprocess` returns it."""
    return Failure(EXIT_ERROR, f"RequestId: {request_id} Error: {exit_reason(status)}")


def out_of_memory(request_id: str) -> Failure:
    return Failure(OUT_OF_MEMORY, f"RequestId: {request_id} Error: {exit_reason(-signal.SIGKILL)}")


def not_loaded(error_type: str | None, body: bytes) -> Failure:
    """Describes the runtime's own report (`init/error`) that it could not load the handler."""
    return Failure(error_type or "Runtime.Unknown", "", body)


def unexpected(request_id: str, what: str) -> Failure:
    """Describes a runtime that broke the order of the Runtime API."""
    return Failure("Runtime.Unknown", f"RequestId: {request_id} Error: unexpected call of the runtime: {what}")


def response_too_large(limit: int) -> Failure:
    """Describes a response that is too large. `limit` is in bytes."""
    return Failure(RESPONSE_TOO_LARGE, f"Response payload size exceeded maximum allowed payload size ({limit} bytes).")


def exit_reason(status: int) -> str:
    """Returns the service's words for the end of a process, which are the words of Go's `os.ProcessState`."""
    if status == 0:
        return "Runtime exited without providing a reason"
    if status > 0:
        return f"Runtime exited with error: exit status {status}"
    names: dict[int, str] = {
        signal.SIGKILL: "killed",
        signal.SIGTERM: "terminated",
        signal.SIGINT: "interrupt",
        signal.SIGSEGV: "segmentation fault",
        signal.SIGABRT: "aborted",
        signal.SIGBUS: "bus error",
        signal.SIGFPE: "floating point exception",
        signal.SIGILL: "illegal instruction",
    }
    core = " (core dumped)" if -status in {signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGFPE} else ""
    name = names.get(-status, f"signal {-status}")
    return f"Runtime exited with error: signal: {name}{core}"
