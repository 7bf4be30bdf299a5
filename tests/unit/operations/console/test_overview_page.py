"""The overview shows the state of the system, and leaves out only what it may not see."""

import json
from datetime import timedelta

import pytest

from domain.object_keys import summary_key
from operations.console.data.coverage import DayCoverage
from operations.console.pages.overview import Days
from tests.unit.lambdas.examples import NOW
from tests.unit.lambdas.fakes import client_error
from tests.unit.operations.console.system import System
from tests.unit.operations.replay_world import MONDAY


def denied(action: str):
    def deny() -> None:
        error = client_error("AccessDeniedException", "ListExecutions")
        error.response["Error"]["Message"] = f"User: arn:aws:iam::1:user/eva is not authorized to perform: {action}"
        raise error

    return deny


def test_an_empty_stack_explains_itself(system: System):
    system.runs.executions.clear()
    text = system.get("/").text
    assert "Nothing is published yet." in text
    assert "make pipeline" in text
    assert "make demo" in text
    assert "No run has started" in text


def test_the_numbers_lead_to_their_lists(system: System):
    system.days.run(MONDAY, silent=(2,))
    text = system.get("/").text
    assert f'<a href="/completeness?to={MONDAY}">75' in text
    assert '<a href="/alarms?state=alive">1</a>' in text
    assert '<a href="/alarms?state=alive&amp;check=MCD"' in text
    assert "2 of 2" in text
    assert "No run of the last 20 failed" in text


def test_it_says_what_failed(system: System):
    system.runs.executions.insert(0, ("two", "FAILED", {"date": "2026-03-24"}))
    system.queues.waiting["dead"] = 7
    system.health.firing, system.health.running = ["too-slow"], 1
    text = system.get("/").text
    assert "ShardFailed part 3 &lt;b&gt;lost&lt;/b&gt;" in text
    assert "too-slow" in text
    assert "alarm messages: <strong>7</strong>" in text
    assert "make redrive" in text
    assert '<span class="state bad">1 of 2</span>' in text


def test_a_denied_source_names_its_action_and_leaves_the_others(system: System):
    system.days.run(MONDAY)
    system.runs.fault = denied("states:ListExecutions")
    answer = system.get("/")
    assert answer.status_code == 200
    assert "You may not do states:ListExecutions." in answer.text
    assert "100" in answer.text


def test_croatian_has_its_own_numbers_and_days(system: System):
    system.days.run(MONDAY)
    text = system.get("/", language="hr").text
    assert "Pregled" in text
    assert "23.\N{NO-BREAK SPACE}3.\N{NO-BREAK SPACE}2026." in text


def test_days_since_the_first_publication_without_one_are_stale(system: System):
    today = NOW.astimezone(system.console.needs.zone).date()
    system.days.run(today - timedelta(days=4))
    system.days.run(today - timedelta(days=2))
    text = system.get("/").text
    assert '<a href="#days">2</a>' in text


@pytest.mark.parametrize(
    ("received", "level"), [(100, "0"), (100_000, "unknown"), (99, "1"), (97, "2"), (80, "3"), (10, "4")]
)
def test_a_lower_coverage_has_a_higher_mark(received: int, level: str):
    coverage = None if level == "unknown" else DayCoverage(1, 100, received, 4, 1)
    days = Days(MONDAY, 1, {MONDAY: coverage}, None, [], [])
    assert days.level(MONDAY) == level
    assert days.level(MONDAY + timedelta(days=1)) == "none"


def test_an_unforeseen_error_is_a_page_without_its_traceback(system: System):
    def break_down() -> None:
        raise ZeroDivisionError("a secret detail")

    system.runs.fault = break_down
    answer = system.get("/")
    assert answer.status_code == 500
    assert "The console has an error of its own." in answer.text
    assert "secret detail" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_summary_decides_where_there_is_one(system: System):
    system.days.run(MONDAY)
    total = {
        "metering_points": 9,
        "complete": 7,
        "expected": 1000,
        "received": 900,
        "kwh": "12.5",
        "validated_kwh": "13",
    }
    worst = [{"number": "77", "expected": 96, "received": 3, "alarms": 1}]
    summary = {"format": 1, "shards_without_numbers": 0, "total": total, "worst": worst}
    system.days.runs.s3.objects["enriched", summary_key(MONDAY, 1)] = json.dumps(summary).encode()
    text = system.get("/").text
    assert "7 of 9 metering points are complete" in text
    assert f'<a href="/completeness/77/{MONDAY}">77</a>' in text
    summary["format"] = 2
    system.days.runs.s3.objects["enriched", summary_key(MONDAY, 1)] = json.dumps(summary).encode()
    system.console.app.state.data.summaries._read.cache_clear()
    assert "4 of 4 metering points are complete" in system.get("/").text
