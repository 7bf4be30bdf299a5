"""One execution environment: it initializes the runtime, passes it invocations, and starts it again after a failure.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from emulator.lambda_runtime import failures, log_lines
from emulator.lambda_runtime.events import Event, Kind
from emulator.lambda_runtime.failures import Failure
from emulator.lambda_runtime.output import Message
from emulator.lambda_runtime.process import Command
from emulator.lambda_runtime.runtime import Runtime
from emulator.lambda_runtime.runtime_api import MAX_RESPONSE_BYTES

INIT_SECONDS = 10  # the limit of the Init phase; after it the initialization is repeated within the invocation


@dataclass(frozen=True)
class Invocation:
    """`headers` are the further `Lambda-Runtime-*` ones: trace id, client context."""

    request_id: str
    function_arn: str
    payload: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What the caller gets: the handler's answer or an error's JSON, and the invocation's log."""

    payload: bytes
    is_error: bool
    logs: str


@dataclass(frozen=True)
class Limits:
    """Memory in MB, timeout in seconds."""

    memory_size: int
    timeout: int


class ProcessWatcher(Protocol):
    """Ends the process groups that are left when the emulator itself ends."""

    def watch(self, process_group: int) -> None: ...

    def forget(self, process_group: int) -> None: ...


class Sandbox:
    """Parameters
    ----------
    make_command
        Gets the Runtime API's `host:port`, returns the process to start.
    limits, version, runtime_name
        The function version's settings.
    deliver
        Gets every log message (text, milliseconds since 1970) in order, as soon as it is known.
    watcher
        Learns of each process group that starts and ends.
    """

    def __init__(
        self,
        make_command: Callable[[str], Command],
        limits: Limits,
        version: str,
        runtime_name: str,
        deliver: Callable[[str, int], None],
        watcher: ProcessWatcher,
    ) -> None:
        self._make_command = make_command
        self._limits = limits
        self._version = version
        self._runtime_name = runtime_name
        self._deliver = deliver
        self._watcher = watcher
        self._runtime: Runtime | None = None
        self._tail: list[str] = []
        self._last_time = 0
        self._init_duration: float | None = None
        self._memory_used = 0
        self._ready = False

    def initialize(self) -> Failure | None:
        """The Init phase; returns what went wrong. An invocation then repeats the initialization."""
        self._line(log_lines.init_start(self._runtime_name))
        started = time.monotonic()
        failure = self._start_runtime(started + INIT_SECONDS, "init", "")
        if failure is None:
            self._init_duration = _milliseconds(started)
        return failure

    def invoke(self, invocation: Invocation) -> Result:
        """Never raises for what the function does: every failure is a `Result`."""
        started = time.monotonic()
        deadline = started + self._limits.timeout
        if self._runtime is not None and not self._runtime.process.alive():
            self._drop_runtime()
        failure = None
        if self._runtime is None:
            failure = self._start_runtime(deadline, "invoke", invocation.request_id)
        self._line(log_lines.start(invocation.request_id, self._version))
        payload, is_error = b"", True
        if failure is None:
            payload, is_error, failure = self._run(invocation, deadline)
        if failure is not None:
            payload = failure.payload
            self._log_failure(failure, invocation.request_id)
        self._log_end(invocation.request_id, _milliseconds(started), failure)
        logs = "".join(self._tail)
        self._tail.clear()
        return Result(payload, is_error, logs)

    def close(self) -> None:
        self._drop_runtime()

    def _start_runtime(self, deadline: float, phase: str, request_id: str) -> Failure | None:
        started = time.monotonic()
        self._runtime = Runtime(self._make_command, self._limits.memory_size * log_lines.MB, self._log)
        self._watcher.watch(self._runtime.process.pid)
        event = self._runtime.wait(deadline)
        self._ready = event.kind is Kind.READY
        if self._ready:
            return None
        failure = self._failure(event, request_id)
        self._drop_runtime()
        status = "timeout" if event.kind is Kind.TIMED_OUT else "error"
        error_type = None if event.kind is Kind.TIMED_OUT else failure.error_type
        self._line(log_lines.init_report(_milliseconds(started), phase, status, error_type))
        return failure

    def _run(self, invocation: Invocation, deadline: float) -> tuple[bytes, bool, Failure | None]:
        """Sends the event and waits for its outcome: payload, whether it is an error, and what broke."""
        assert self._runtime is not None
        event = self._exchange(invocation, deadline)
        if event.kind is Kind.ERROR:
            return event.body, True, None
        if event.kind is not Kind.RESPONSE:
            failure = self._failure(event, invocation.request_id)
            self._drop_runtime()
            return b"", True, failure
        if len(event.body) > MAX_RESPONSE_BYTES:
            return b"", True, failures.response_too_large(len(event.body), MAX_RESPONSE_BYTES)
        return event.body, False, None

    def _exchange(self, invocation: Invocation, deadline: float) -> Event:
        assert self._runtime is not None
        if not self._ready:
            event = self._runtime.wait(deadline)
            if event.kind is not Kind.READY:
                return event
        self._ready = False
        left = deadline - time.monotonic()
        headers = {
            "Lambda-Runtime-Aws-Request-Id": invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + left) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.function_arn,
            **invocation.headers,
        }
        try:
            self._runtime.send(headers, invocation.payload, deadline)
        except TimeoutError:
            return Event(Kind.TIMED_OUT)
        except OSError:
            return self._runtime.wait(deadline)
        return self._runtime.wait(deadline)

    def _failure(self, event: Event, request_id: str) -> Failure:
        assert self._runtime is not None
        match event.kind:
            case Kind.INIT_ERROR:
                return failures.not_loaded(event.error_type, event.body)
            case Kind.TIMED_OUT:
                return failures.timed_out(request_id, self._limits.timeout)
            case Kind.OUT_OF_MEMORY:
                return failures.out_of_memory(request_id)
            case Kind.EXITED:
                return failures.exited(request_id, self._runtime.process.exit_status())
        return failures.unexpected(request_id, event.kind.value)

    def _drop_runtime(self) -> None:
        if self._runtime is not None:
            self._runtime.close()
            self._watcher.forget(self._runtime.process.pid)
            self._memory_used = max(self._memory_used, self._runtime.memory_used)
            self._runtime = None

    def _log_failure(self, failure: Failure, request_id: str) -> None:
        if failure.error_type == failures.TIMED_OUT:
            self._line(log_lines.timed_out(request_id, self._limits.timeout, datetime.now(UTC)))
        elif failure.error_type in {failures.EXIT_ERROR, failures.OUT_OF_MEMORY}:
            self._line(f"{failure.message}\n{failures.EXIT_ERROR}")

    def _log_end(self, request_id: str, duration: float, failure: Failure | None) -> None:
        used = self._runtime.memory_used if self._runtime is not None else 0
        status, error_type = None, None
        if failure is not None and failure.error_type == failures.TIMED_OUT:
            status = "timeout"
        elif failure is not None:
            status, error_type = "error", failure.error_type
        facts = log_lines.Report(
            request_id=request_id,
            duration=duration,
            memory_size=self._limits.memory_size,
            memory_used=max(used, self._memory_used),
            init_duration=self._init_duration,
            status=status,
            error_type=error_type,
        )
        self._init_duration = None
        self._line(log_lines.end(request_id))
        self._line(log_lines.report(facts))

    def _log(self, message: Message) -> None:
        self._line(message.text, message.time)

    def _line(self, text: str, at: int | None = None) -> None:
        """`at` in milliseconds since 1970; a log's times never run backwards, so that its order stays."""
        self._last_time = max(self._last_time, at if at is not None else time.time_ns() // 1_000_000)
        self._tail.append(text + "\n")
        self._deliver(text + "\n", self._last_time)


def _milliseconds(since: float) -> float:
    return (time.monotonic() - since) * 1000
