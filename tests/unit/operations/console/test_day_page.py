"""Looks at the days: publications with their changes, findings, and runs with their steps."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from domain.object_keys import report_key, summary_key
from tests.unit.lambdas.run_world import RUN
from tests.unit.operations.console.console_world import ConsoleWorld
from tests.unit.operations.console.fake_steps import FakeSteps
from tests.unit.operations.replay_world import MONDAY, ReplayWorld, after

OTHER = after(MONDAY, 1)
FAILED = RUN.replace(":one", ":failed")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> ReplayWorld:
    """Monday has a spike of customer 2, which a second publication corrects."""
    made = ReplayWorld(tmp_path_factory.mktemp("published"))
    made.run(MONDAY, 2)
    made.run_again(MONDAY)
    return made


@pytest.fixture
def steps() -> FakeSteps:
    made = FakeSteps()
    made.add(RUN, "SUCCEEDED", {"date": str(MONDAY)}, shards=2)
    made.add(FAILED, "FAILED", {"time": f"{OTHER}T03:00:00Z"}, error="ShardError", cause="<b>no disk</b>", shards=2)
    made.add(RUN.replace(":one", ":elsewhere"), "FAILED", {"date": str(OTHER)})
    made.add(RUN.replace(":one", ":catch-up"), "FAILED", {"catch_up": True})
    return made


@pytest.fixture
def console(published: ReplayWorld, steps: FakeSteps, tmp_path: Path) -> Iterator[ConsoleWorld]:
    made = ConsoleWorld(tmp_path, {"s3": published.runs.s3, "stepfunctions": steps})
    yield made
    made.close()


def _said(content: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", content)))


def test_the_list_has_each_published_day(console: ConsoleWorld) -> None:
    page = console.get("/days")
    assert re.findall(r'href="/days/(\S+?)"', page.text) == [str(MONDAY)]
    assert "4" in _said(page.text)
    assert "No day is published" in _said(console.get(f"/days?before={MONDAY}").text)


def test_a_day_shows_its_publications_and_what_each_changed(console: ConsoleWorld) -> None:
    said = _said(console.get(f"/days/{MONDAY}").text)
    assert "the first publication" in said
    assert "1 interval, 1 metering point" in said
    assert "→" in said


def test_each_publication_leads_to_its_report_in_the_readers_language(console: ConsoleWorld) -> None:
    for language in ("en", "hr"):
        page = console.get(f"/days/{MONDAY}", language=language).text
        assert re.findall(r'href="(\S+/report/\w+)"', page) == [
            f"/days/{MONDAY}/publications/{number}/report/{language}" for number in (2, 1)
        ]


def test_a_stored_report_is_shown_in_a_sandbox(console: ConsoleWorld, published: ReplayWorld) -> None:
    """The object may hold anything: the browser runs none of it, and it reads nothing of the console."""
    content = "<h1>Report</h1><script>alert(1)</script>"
    published.runs.s3.put_object(Bucket="enriched", Key=report_key(MONDAY, 1), Body=content.encode())
    answer = console.get(f"/days/{MONDAY}/publications/1/report/en")
    assert answer.text == content
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none';")
    assert "script" not in policy
    assert "allow" not in policy
    assert answer.headers["cross-origin-opener-policy"] == "unsafe-none"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"


def test_a_croatian_report_is_made_of_the_summary_with_the_words_of_the_findings(
    console: ConsoleWorld, published: ReplayWorld
) -> None:
    page = console.get(f"/days/{MONDAY}/publications/1/report/hr").text
    assert '<html lang="hr">' in page
    assert "kWh u intervalu, treći najveći ima" in page
    assert '<span lang="en">' not in page
    published.runs.s3.put_object(Bucket="enriched", Key=summary_key(MONDAY, 1), Body=b'{"hours": 1}')
    assert console.get(f"/days/{MONDAY}/publications/1/report/hr").status_code == 404


def test_a_publication_without_a_report_says_what_to_do(console: ConsoleWorld) -> None:
    for language in ("en", "hr"):
        answer = console.get(f"/days/{MONDAY}/publications/9/report/{language}")
        assert answer.status_code == 404
        assert "Run the day again" in answer.text
    assert console.get(f"/days/{MONDAY}/publications/1/report/de").status_code == 422


def test_the_runs_are_those_of_the_day_with_their_publication(console: ConsoleWorld) -> None:
    page = console.get(f"/days/{MONDAY}").text
    said = _said(page)
    assert "made publication 1" in said
    assert f"/days/{MONDAY}/runs/failed" in page, "its scheduled event is of the night after"
    assert "elsewhere" not in page
    assert "catch-up" not in page
    assert page.index("failed") < page.index("made publication 1"), "the newest run comes first"


def test_a_run_shows_the_time_of_each_step_and_of_its_shards(console: ConsoleWorld) -> None:
    page = console.get(f"/days/{MONDAY}/runs/one", fragment=True).text
    said = _said(page)
    assert "<html" not in page
    assert "BeginRun" in said
    assert "ExportShard (2)" in said
    assert "ProcessShards" not in said


def test_many_shards_are_one_step(console: ConsoleWorld, steps: FakeSteps) -> None:
    steps.shards[RUN] = 143
    said = _said(console.get(f"/days/{MONDAY}/runs/one").text)
    assert "ProcessShards (143)" in said
    assert "ExportShard" not in said


def test_a_failed_run_says_why_and_is_escaped(console: ConsoleWorld) -> None:
    page = console.get(f"/days/{MONDAY}/runs/failed").text
    assert "ShardError" in page
    assert "&lt;b&gt;no disk&lt;/b&gt;" in page


def test_a_day_without_a_publication_still_shows_its_runs(console: ConsoleWorld) -> None:
    assert "This day has no publication" in _said(console.get(f"/days/{OTHER}").text)
    missing = console.get("/days/2020-01-01")
    assert missing.status_code == 404
    assert "make pipeline" in missing.text
    assert console.get(f"/days/{MONDAY}/runs/none").status_code == 404
    assert console.get("/days/yesterday").status_code == 422


def test_a_run_that_aws_has_deleted_leaves_the_publications(console: ConsoleWorld, steps: FakeSteps) -> None:
    steps.executions.clear()
    said = _said(console.get(f"/days/{MONDAY}").text)
    assert "the first publication" in said
    assert "It keeps them for 90 days" in said
