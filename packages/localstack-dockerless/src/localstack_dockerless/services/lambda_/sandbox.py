"""Runs one execution environment: it initializes the runtime, passes invocations, and restarts it after a failure.

https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from localstack_dockerless.services.lambda_ import failures, log_lines
from localstack_dockerless.services.lambda_.aws_paths import AwsPaths
from localstack_dockerless.services.lambda_.events import Event, Kind
from localstack_dockerless.services.lambda_.failures import Failure
from localstack_dockerless.services.lambda_.json_log_lines import JsonLines
from localstack_dockerless.services.lambda_.output import Message
from localstack_dockerless.services.lambda_.process import Command
from localstack_dockerless.services.lambda_.runtime import Runtime
from localstack_dockerless.services.lambda_.runtime_api import MAX_RESPONSE_BYTES

INIT_SECONDS = 10  # the limit of the Init phase; then the initialization is repeated within the invocation


@dataclass(frozen=True)
class Invocation:
    """Holds one invocation. `headers` are further `Lambda-Runtime-*` headers: trace id, client context."""

    request_id: str
    function_arn: str
    payload: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """Holds the caller's result, which is the handler's answer or an error's JSON, and the invocation's log."""

    payload: bytes
    is_error: bool
    logs: str


@dataclass(frozen=True)
class Limits:
    """Holds the memory in MB and the timeout in seconds."""

    memory_size: int
    timeout: int


class ProcessWatcher(Protocol):
    """Ends the remaining process groups when the emulator itself ends."""

    def watch(self, process_group: int) -> None: ...

    def forget(self, process_group: int) -> None: ...


class Sandbox:
    """Runs the function of one execution environment.

    Parameters
    ----------
    make_command
        Gets the Runtime API's `host:port`, returns the process to start.
    limits, version, runtime_name
        The function version's settings.
    deliver
        Gets every log message (text, milliseconds since 1970) in order, as soon as it is known.
    watcher
        Is told of each process group that starts or ends.
    paths
        Rewrites the function's paths in its log and errors.
    lines
        Writes Lambda's own lines. Default: as text.
    """

    def __init__(
        self,
        *,
        make_command: Callable[[str], Command],
        limits: Limits,
        version: str,
        runtime_name: str,
        deliver: Callable[[str, int], None],
        watcher: ProcessWatcher,
        paths: AwsPaths | None = None,
        lines: log_lines.TextLines | JsonLines | None = None,
        init_seconds: float = INIT_SECONDS,
    ) -> None:
        self._make_command = make_command
        self._limits = limits
        self._version = version
        self._runtime_name = runtime_name
        self._deliver = deliver
        self._watcher = watcher
        self._paths = paths or AwsPaths()
        self._lines = lines or log_lines.TextLines()
        self._init_seconds = init_seconds
        self._runtime: Runtime | None = None
        self._tail: list[str] = []
        self._last_time = 0
        self._init_duration: float | None = None
        self._memory_used = 0
        self._ready = False

    def initialize(self) -> Failure | None:
        """Runs the Init phase. Returns its failure, and an invocation then repeats the initialization."""
        self._own_lines(self._lines.init_start(self._runtime_name))
        self._tail.clear()  # AWS has it in the log, not in the tail that a caller gets
        started = time.monotonic()
        failure = self._start_runtime(started + self._init_seconds, "init", "")
        if failure is None:
            self._init_duration = _milliseconds(started)
        return failure

    def invoke(self, invocation: Invocation) -> Result:
        """Invokes the function. It never raises an error of the function: every failure is a `Result`."""
        started = time.monotonic()
        deadline = started + self._limits.timeout
        failure = self._restart_if_ended(deadline, invocation.request_id)
        self._own_lines(self._lines.start(invocation.request_id, self._version))
        outcome = failure if failure is not None else self._run(invocation, deadline)
        if isinstance(outcome, Failure):
            self._log_failure(outcome, invocation.request_id)
        self._log_end(invocation.request_id, _milliseconds(started), outcome)
        logs = "".join(self._tail)
        self._tail.clear()
        if isinstance(outcome, Failure):
            return Result(outcome.payload, is_error=True, logs=logs)
        return Result(outcome.body, is_error=outcome.kind is Kind.ERROR, logs=logs)

    def close(self) -> None:
        self._drop_runtime()

    def _restart_if_ended(self, deadline: float, request_id: str) -> Failure | None:
        """Initializes the runtime within the invocation after a failed initialization, a timeout or a crash."""
        if self._runtime is not None and self._runtime.process.alive():
            return None
        self._drop_runtime()
        return self._start_runtime(deadline, "invoke", request_id)

    def _start_runtime(self, deadline: float, phase: str, request_id: str) -> Failure | None:
        started = time.monotonic()
        runtime = Runtime(self._make_command, self._limits.memory_size * log_lines.MB, self._log)
        self._runtime = runtime
        self._watcher.watch(runtime.process.pid)
        event = runtime.wait(deadline)
        self._ready = event.kind is Kind.READY
        if self._ready:
            return None
        failure = self._failure(runtime, event, request_id)
        self._drop_runtime()
        status = "timeout" if event.kind is Kind.TIMED_OUT else "error"
        error_type = None if event.kind is Kind.TIMED_OUT else failure.error_type
        self._own_lines(self._lines.init_report(_milliseconds(started), phase, status, error_type))
        return failure

    def _run(self, invocation: Invocation, deadline: float) -> Event | Failure:
        """Returns the runtime's RESPONSE or ERROR to the invocation, or a failure."""
        if self._runtime is None:
            raise RuntimeError("the runtime was not started")
        event = self._exchange(self._runtime, invocation, deadline)
        if event.kind not in {Kind.RESPONSE, Kind.ERROR}:
            failure = self._failure(self._runtime, event, invocation.request_id)
            self._drop_runtime()
            return failure
        if len(event.body) > MAX_RESPONSE_BYTES:
            return failures.response_too_large(MAX_RESPONSE_BYTES)
        return replace(event, body=self._paths.json(event.body)) if event.kind is Kind.ERROR else event

    def _exchange(self, runtime: Runtime, invocation: Invocation, deadline: float) -> Event:
        if not self._ready:
            event = runtime.wait(deadline)
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
            runtime.send(headers, invocation.payload, deadline)
        except TimeoutError:
            return Event(Kind.TIMED_OUT)
        except OSError:
            return runtime.wait(deadline)  # it has ended: the next event is its exit
        return runtime.wait(deadline)

    def _failure(self, runtime: Runtime, event: Event, request_id: str) -> Failure:
        match event.kind:
            case Kind.INIT_ERROR:
                return failures.not_loaded(event.error_type, self._paths.json(event.body))
            case Kind.TIMED_OUT:
                return failures.timed_out(request_id, self._limits.timeout)
            case Kind.OUT_OF_MEMORY:
                return failures.out_of_memory(request_id)
            case Kind.EXITED:
                return failures.exited(request_id, runtime.process.exit_status())
        return failures.unexpected(request_id, event.kind.value)

    def _drop_runtime(self) -> None:
        runtime, self._runtime = self._runtime, None
        if runtime is not None:
            runtime.close()
            self._watcher.forget(runtime.process.pid)
            self._memory_used = max(self._memory_used, runtime.memory_used)

    def _log_failure(self, failure: Failure, request_id: str) -> None:
        if failure.error_type == failures.TIMED_OUT:
            self._own_lines(self._lines.timed_out(request_id, self._limits.timeout, datetime.now(UTC)))
        elif failure.error_type in {failures.EXIT_ERROR, failures.OUT_OF_MEMORY}:
            self._own_lines(self._lines.crashed(failure.message, failures.EXIT_ERROR))

    def _log_end(self, request_id: str, duration: float, outcome: Event | Failure) -> None:
        used = self._runtime.memory_used if self._runtime is not None else 0
        status, error_type = None, None
        if isinstance(outcome, Failure):
            timed_out = outcome.error_type == failures.TIMED_OUT
            status, error_type = ("timeout", None) if timed_out else ("error", outcome.error_type)
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
        self._own_lines(self._lines.end(facts))

    def _log(self, message: Message) -> None:
        self._line(message.text, message.time)

    def _own_lines(self, lines: Iterable[str]) -> None:
        for line in lines:
            self._line(line)

    def _line(self, text: str, at: int | None = None) -> None:
        """Logs a line. `at` is in milliseconds since 1970. A log's times never decrease, so that its order stays."""
        self._last_time = max(self._last_time, at if at is not None else time.time_ns() // 1_000_000)
        text = self._paths.text(text)
        self._tail.append(text + "\n")
        self._deliver(text + "\n", self._last_time)


def _milliseconds(since: float) -> float:
    return (time.monotonic() - since) * 1000
