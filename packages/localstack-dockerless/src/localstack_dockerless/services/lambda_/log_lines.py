"""The lines that the Lambda service itself writes into a function's log.

https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html (START, END, REPORT) and
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html (INIT_REPORT, Status, Error Type)
"""

import math
from dataclasses import dataclass
from datetime import UTC, datetime

MB = 1024 * 1024


@dataclass(frozen=True)
class Report:
    """What REPORT tells; durations in milliseconds, `memory_used` in bytes, `memory_size` in MB.

    `init_duration` is set for a cold start alone, `status` for a timeout or a crash alone ("timeout", "error").
    """

    request_id: str
    duration: float
    memory_size: int
    memory_used: int
    init_duration: float | None = None
    status: str | None = None
    error_type: str | None = None


def init_start(runtime: str) -> str:
    return f"INIT_START Runtime Version: {runtime}"


def init_report(duration: float, phase: str, status: str, error_type: str | None = None) -> str:
    """`phase` is "init", or "invoke" for an initialization that is repeated within an invocation."""
    fields = [f"INIT_REPORT Init Duration: {duration:.2f} ms", f"Phase: {phase}", f"Status: {status}"]
    if error_type:
        fields.append(f"Error Type: {error_type}")
    return "\t".join(fields)


def start(request_id: str, version: str) -> str:
    return f"START RequestId: {request_id} Version: {version}"


def end(request_id: str) -> str:
    return f"END RequestId: {request_id}"


def timed_out(request_id: str, timeout: int, now: datetime) -> str:
    """`timeout` in seconds; `now` with an offset."""
    stamp = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    return f"{stamp}Z {request_id} Task timed out after {timeout}.00 seconds"


def report(facts: Report) -> str:
    """The initialization is billed too (since August 2025), so Billed Duration holds both, rounded up."""
    billed = math.ceil(facts.duration + (facts.init_duration or 0))
    used = min(math.ceil(facts.memory_used / MB), facts.memory_size)
    fields = [
        f"REPORT RequestId: {facts.request_id}",
        f"Duration: {facts.duration:.2f} ms",
        f"Billed Duration: {billed} ms",
        f"Memory Size: {facts.memory_size} MB",
        f"Max Memory Used: {used} MB",
    ]
    if facts.init_duration is not None:
        fields.append(f"Init Duration: {facts.init_duration:.2f} ms")
    if facts.status:
        fields.append(f"Status: {facts.status}")
    if facts.error_type:
        fields.append(f"Error Type: {facts.error_type}")
    return "\t".join(fields) + "\t"


def stream_name(function: str, version: str, environment_id: str, group: str, now: datetime) -> str:
    """The log stream of one execution environment.

    A log group that several functions may share has the function's name in it:
    https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
    """
    owner = "" if group == f"/aws/lambda/{function}" else function
    return f"{now:%Y/%m/%d}/{owner}[{version}]{environment_id}"
