"""A line of the access log has AWS's fields in AWS's order."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from localstack_dockerless.services.elbv2.load_balancer.access_log_lines import line
from localstack_dockerless.services.elbv2.load_balancer.connections import Answer, TargetTimeoutError
from localstack_dockerless.services.elbv2.load_balancer.targets import Address

ELB = "arn:aws:elasticloadbalancing:eu-central-1:000000000000"
GROUP = f"{ELB}:targetgroup/energy/73e2d6bc24d8a067"
REQUEST = SimpleNamespace(
    method="GET",
    path="/v1/a",
    query="from=1",
    headers=(("Host", "example.com"), ("User-Agent", 'curl "8"')),
    body=b"",
    source_ip="192.0.2.1",
)


def passage(**changes: Any) -> Any:
    """Makes a stand-in of `passages.Passage`, which needs LocalStack."""
    facts = {
        "listener_arn": f"{ELB}:listener/app/energy/50dc6c495c0c9188/f2f7dc8efc522ab2",
        "request": REQUEST,
        "protocol": "http",
        "port": 80,
        "arrived": datetime(2026, 11, 1, 12, tzinfo=UTC),
        "answer": None,
        "priority": None,
        "action": "forward",
        "group_arn": GROUP,
        "target": Address("127.0.0.1", 8000),
        "target_seconds": None,
        "trace_id": "-",
    }
    return SimpleNamespace(**facts | changes)


def test_an_answer_of_a_target() -> None:
    answered = passage(
        answer=Answer(200, "OK", [("A", "b")], b"body"), target_seconds=0.0124, trace_id="Root=1-58337262-36d228ad"
    )
    pattern = (
        r"http \S+Z app/energy/50dc6c495c0c9188 192\.0\.2\.1:0 127\.0\.0\.1:8000 0\.000 0\.012 0\.000 200 200 \d+ 10 "
        r'"GET http://example\.com:80/v1/a\?from=1 HTTP/1\.1" "curl \\x228\\x22" - - '
        + re.escape(GROUP)
        + r' "Root=1-58337262-36d228ad" "-" "-" 0 2026-11-01T12:00:00\.000000Z "forward" "-" "-" '
        r'"127\.0\.0\.1:8000" "200" "-" "-" -\n'
    )
    assert re.fullmatch(pattern, line(answered, None))


def test_a_target_that_does_not_answer() -> None:
    found = line(passage(priority=3), TargetTimeoutError("late"))
    assert found.split(" ")[4:10] == ["127.0.0.1:8000", "-1", "-1", "-1", "504", "-"]
    assert ' "-" "-" 3 2026-11-01T12:00:00.000000Z ' in found


def test_a_redirect_has_its_location_and_no_target() -> None:
    moved = Answer(301, "Moved Permanently", [("Location", "https://example.com:443/")], b"")
    found = line(passage(answer=moved, action="redirect", target=None, group_arn=""), None)
    assert found.split(" ")[4] == "-"
    assert ' "redirect" "https://example.com:443/" ' in found
