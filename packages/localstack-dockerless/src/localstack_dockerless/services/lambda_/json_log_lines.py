"""Writes the lines that the Lambda service itself adds to a function's log, in the log format JSON.

The events: https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
Their levels: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from localstack_dockerless.services.lambda_.log_lines import Report

LEVELS = ("DEBUG", "INFO", "WARN")


class JsonLines:
    """Writes the lines of the log format JSON from a system log level on.

    Each method yields the lines of one moment. A timeout and a crash have no line of their own: the report names them.
    """

    def __init__(self, level: str = "INFO", initialization_type: str = "on-demand") -> None:
        self._least = LEVELS.index(level)
        self._initialization_type = initialization_type

    def init_start(self, runtime: str) -> Iterator[str]:
        record = {"initializationType": self._initialization_type, "phase": "init", "runtimeVersion": runtime}
        yield from self._event("INFO", "platform.initStart", record)

    def init_report(self, duration: float, phase: str, status: str, error_type: str | None) -> Iterator[str]:
        record = {
            "initializationType": self._initialization_type,
            "phase": phase,
            "status": status,
            "metrics": {"durationMs": round(duration, 3)},
        }
        yield from self._event("WARN", "platform.initReport", record | _named(error_type))

    def start(self, request_id: str, version: str) -> Iterator[str]:
        yield from self._event("INFO", "platform.start", {"requestId": request_id, "version": version})

    def timed_out(self, request_id: str, timeout: int, now: datetime) -> Iterator[str]:
        yield from ()

    def crashed(self, message: str, error_type: str) -> Iterator[str]:
        yield from ()

    def end(self, facts: Report) -> Iterator[str]:
        status = facts.status or "success"
        record = {"requestId": facts.request_id, "status": status} | _named(facts.error_type)
        failed = "WARN" if facts.status else "DEBUG"
        yield from self._event(failed, "platform.runtimeDone", record | {"metrics": {"durationMs": _rounded(facts)}})
        metrics: dict[str, Any] = {
            "durationMs": _rounded(facts),
            "billedDurationMs": facts.billed_duration,
            "memorySizeMB": facts.memory_size,
            "maxMemoryUsedMB": facts.used_mb,
        }
        if facts.init_duration is not None:
            metrics["initDurationMs"] = round(facts.init_duration, 3)
        yield from self._event("WARN" if facts.status else "INFO", "platform.report", record | {"metrics": metrics})

    def _event(self, level: str, kind: str, record: dict[str, Any]) -> Iterator[str]:
        if LEVELS.index(level) >= self._least:
            now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            yield json.dumps({"time": now, "type": kind, "record": record})


def _named(error_type: str | None) -> dict[str, str]:
    return {"errorType": error_type} if error_type else {}


def _rounded(facts: Report) -> float:
    return round(facts.duration, 3)
