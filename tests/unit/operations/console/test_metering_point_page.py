"""Looks at the pages of metering points, out of published days on the fake S3."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest

from tests.unit.lambdas.fake_s3 import FakeS3
from tests.unit.operations.console.console_world import ConsoleWorld
from tests.unit.operations.replay_world import MONDAY, ReplayWorld, after

WEEK = [after(MONDAY, number) for number in range(3)]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> ReplayWorld:
    """3 days. Customer 2 has a spike on the first one, and a later publication corrects it. The last one is silent."""
    made = ReplayWorld(tmp_path_factory.mktemp("published"))
    made.run(WEEK[0], 2)
    made.run(WEEK[1])
    made.run(WEEK[2], silent=(2,))
    made.run_again(WEEK[0])
    return made


@pytest.fixture
def console(published: ReplayWorld, tmp_path: Path) -> Iterator[ConsoleWorld]:
    made = ConsoleWorld(tmp_path, {"s3": published.runs.s3})
    yield made
    made.close()


def _said(content: str) -> str:
    """Returns the text of a page, with one space between words."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", content)))


def test_the_search_lists_the_numbers_and_finds_a_whole_one(console: ConsoleWorld) -> None:
    listed = console.get("/metering-points")
    assert listed.status_code == 200
    assert re.findall(r'href="/metering-points/(\d)"', listed.text) == ["1", "2", "3", "4"]
    found = console.get("/metering-points?q=%204")
    assert (found.status_code, found.headers["location"]) == (303, "/metering-points/4")
    assert "No customer of 25 Mar 2026" in _said(console.get("/metering-points?q=%3Cb%3E").text).replace("\xa0", " ")


def test_an_empty_stack_says_how_to_begin(tmp_path: Path) -> None:
    console = ConsoleWorld(tmp_path, {"s3": FakeS3()})
    assert "make demo" in console.get("/metering-points").text
    missing = console.get("/metering-points/1")
    assert (missing.status_code, "make pipeline" in missing.text) == (404, True)
    console.close()


@pytest.mark.parametrize("period", ["day", "week", "month", "year"])
@pytest.mark.parametrize("language", ["en", "hr"])
def test_each_period_shows_its_charts(console: ConsoleWorld, period: str, language: str) -> None:
    page = console.get(f"/metering-points/2?period={period}&day={WEEK[0]}", language=language)
    assert page.status_code == 200
    assert "<svg" in page.text
    assert "Šime 2" in page.text
    assert ("voltage-wide" in page.text) == (period != "year"), "the voltage is a curve of readings"


def test_the_slider_leads_to_the_state_before_a_correction(console: ConsoleWorld) -> None:
    newest = console.get(f"/metering-points/2?period=day&day={WEEK[0]}")
    assert 'type="range"' in newest.text
    assert "6.000" in newest.text, "the correction names the former value"
    assert "No check found anything" in _said(newest.text)
    before = console.get(f"/metering-points/2?period=day&day={WEEK[0]}&state=0", fragment=True)
    assert "<html" not in before.text
    said = _said(before.text)
    assert "You see an earlier state" in said
    assert "spike" in said
    assert f'href="/alarms/2/{WEEK[0]}/SPK"' in before.text


def test_a_silent_day_says_what_is_missing(console: ConsoleWorld) -> None:
    said = _said(console.get(f"/metering-points/2?period=day&day={WEEK[2]}").text)
    assert "0 of 96 due" in said
    assert "96 intervals without a reading" in said
    assert "missing consumption data" in said


def test_a_number_that_nobody_has_is_told(console: ConsoleWorld) -> None:
    assert "neither a customer nor a reading" in console.get(f"/metering-points/999?day={WEEK[0]}").text
    wrong = console.get("/metering-points/%3Cscript%3E")
    assert wrong.status_code == 404
    assert "<script>" not in wrong.text.replace('<script src="', "")


def test_a_period_without_publications_leads_to_the_last_day(console: ConsoleWorld) -> None:
    page = console.get("/metering-points/2?day=2020-01-01")
    assert page.status_code == 200
    assert f"day={WEEK[2]}" in page.text


def test_a_wrong_value_is_refused_with_its_name(console: ConsoleWorld) -> None:
    refused = console.get("/metering-points/2?day=tomorrow")
    assert refused.status_code == 422
    assert "day" in _said(refused.text)
