"""Writes the lines that the Lambda service itself adds to a function's log, as text. `json_log_lines.py` writes JSON.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html (START, END, REPORT) and
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (INIT_REPORT, Status, Error Type)
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

MB = 1024 * 1024


@dataclass(frozen=True)
class Report:
    """Holds the facts of REPORT. Durations are in milliseconds, `memory_used` in bytes, `memory_size` in MB.

    `init_duration` is set only for a cold start. `status` is set only for a timeout or a crash ("timeout", "error").
    """

    request_id: str
    duration: float
    memory_size: int
    memory_used: int
    init_duration: float | None = None
    status: str | None = None
    error_type: str | None = None

    @property
    def billed_duration(self) -> int:
        """Returns milliseconds, rounded up. They include the initialization, since August 2025."""
        return math.ceil(self.duration + (self.init_duration or 0))

    @property
    def used_mb(self) -> int:
        """Returns the most memory that was used, in MB, rounded up."""
        return min(math.ceil(self.memory_used / MB), self.memory_size)


class TextLines:
    """Writes the lines of the log format Text. Each method yields the lines of one moment."""

    def init_start(self, runtime: str) -> Iterator[str]:
        yield init_start(runtime)

    def init_report(self, duration: float, phase: str, status: str, error_type: str | None) -> Iterator[str]:
        yield init_report(duration, phase, status, error_type)

    def start(self, request_id: str, version: str) -> Iterator[str]:
        yield start(request_id, version)

    def timed_out(self, request_id: str, timeout: int, now: datetime) -> Iterator[str]:
        yield timed_out(request_id, timeout, now)

    def crashed(self, message: str, error_type: str) -> Iterator[str]:
        yield f"{message}\n{error_type}"

    def end(self, facts: Report) -> Iterator[str]:
        yield end(facts.request_id)
        yield report(facts)


def init_start(runtime: str) -> str:
    return f"INIT_START Runtime Version: {runtime}"


def init_report(duration: float, phase: str, status: str, error_type: str | None = None) -> str:
    """Returns INIT_REPORT. `phase` is "init", or "invoke" for an initialization within an invocation."""
    fields = [f"INIT_REPORT Init Duration: {duration:.2f} ms", f"Phase: {phase}", f"Status: {status}"]
    if error_type:
        fields.append(f"Error Type: {error_type}")
    return "\t".join(fields)


def start(request_id: str, version: str) -> str:
    return f"START RequestId: {request_id} Version: {version}"


def end(request_id: str) -> str:
    return f"END RequestId: {request_id}"


def timed_out(request_id: str, timeout: int, now: datetime) -> str:
    """Returns the line of a timeout. `timeout` is in seconds. `now` has an offset."""
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    return f"{stamp}Z {request_id} Task timed out after {timeout}.00 seconds"


def report(facts: Report) -> str:
    """Returns REPORT."""
    fields = [
        f"REPORT RequestId: {facts.request_id}",
        f"Duration: {facts.duration:.2f} ms",
        f"Billed Duration: {facts.billed_duration} ms",
        f"Memory Size: {facts.memory_size} MB",
        f"Max Memory Used: {facts.used_mb} MB",
    ]
    if facts.init_duration is not None:
        fields.append(f"Init Duration: {facts.init_duration:.2f} ms")
    if facts.status:
        fields.append(f"Status: {facts.status}")
    if facts.error_type:
        fields.append(f"Error Type: {facts.error_type}")
    return "\t".join(fields) + "\t"


def stream_name(function: str, version: str, environment_id: str, group: str, now: datetime) -> str:
    """Returns the name of one execution environment's log stream.

    In a log group that several functions may share, the name has the function's name:
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
    """
    owner = "" if group == f"/aws/lambda/{function}" else function
    return f"{now:%Y/%m/%d}/{owner}[{version}]{environment_id}"
