"""In the log format JSON, Lambda's own lines are events with a level."""

import json
from datetime import UTC, datetime

import pytest

from localstack_dockerless.services.lambda_.json_log_lines import JsonLines
from localstack_dockerless.services.lambda_.log_lines import MB, Report

COLD = Report("id-1", 12.3456, 256, 40 * MB, init_duration=100.0)
FAILED = Report("id-2", 3000, 256, 40 * MB, status="timeout")


def kinds(level: str, facts: Report) -> list[str]:
    lines = JsonLines(level)
    texts = [
        *lines.init_start("python:3.13"),
        *lines.start(facts.request_id, "$LATEST"),
        *lines.timed_out(facts.request_id, 3, datetime.now(UTC)),
        *lines.end(facts),
    ]
    return [json.loads(text)["type"].removeprefix("platform.") for text in texts]


@pytest.mark.parametrize(
    ("level", "facts", "expected"),
    [
        ("DEBUG", COLD, ["initStart", "start", "runtimeDone", "report"]),
        ("INFO", COLD, ["initStart", "start", "report"]),
        ("WARN", COLD, []),
        ("WARN", FAILED, ["runtimeDone", "report"]),
    ],
)
def test_the_level_chooses_the_events(level: str, facts: Report, expected: list[str]):
    assert kinds(level, facts) == expected


def test_the_report_has_the_figures_of_the_text():
    record = json.loads(list(JsonLines().end(COLD))[-1])["record"]
    assert record == {
        "requestId": "id-1",
        "status": "success",
        "metrics": {
            "durationMs": 12.346,
            "billedDurationMs": 113,
            "memorySizeMB": 256,
            "maxMemoryUsedMB": 40,
            "initDurationMs": 100.0,
        },
    }


def test_a_failure_is_named():
    record = json.loads(list(JsonLines().end(FAILED))[-1])["record"]
    assert record["status"] == "timeout"
