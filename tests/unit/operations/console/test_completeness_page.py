"""Completeness has the incomplete metering points, the worst first, and each cell leads to its missing intervals."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from operations.console.data.coverage import Row
from operations.console.data.metering_days import Interval
from operations.console.pages.completeness import Gap, gaps_of, levels_of
from tests.unit.operations.console.system import System
from tests.unit.operations.replay_world import MONDAY, after


@pytest.fixture
def gappy(system: System) -> System:
    """2 is silent on Sunday and on Monday, 1 lacks an interval on Monday, 3 and 4 are complete."""
    system.days.run(after(MONDAY, -1), silent=(2,))
    world = system.days
    world.run(MONDAY, silent=(2,))
    world.runs.as_known_at += timedelta(hours=1)
    world.runs.rows = [row for index, row in enumerate(world.runs.rows) if index != 40]
    world.publish("arn:aws:states:eu-central-1:1:execution:p:again")
    return system


def test_the_worst_metering_point_is_first(gappy: System):
    text = gappy.get(f"/completeness?to={MONDAY}&days=7&whole=1").text
    rows = text.partition('id="list"')[2]
    assert rows.index(">2</a></th>") < rows.index(">1</a></th>")
    assert ">3</a></th>" not in rows
    assert f'<a href="/completeness/1/{MONDAY}"' in rows
    assert "2 metering points are complete on all days" in text
    assert "575 of 768" not in text
    assert "193 of 768 are missing" in text


def test_the_first_view_answers_at_once_and_asks_for_the_map_after_itself(gappy: System):
    """Reading the parts of 30 days can take a second. Without scripts, the link leads to the whole page."""
    path = f"/completeness?to={MONDAY}&days=7"
    first = gappy.get(path).text
    assert 'id="list"' not in first
    (asked,) = re.findall(r'hx-get="(\S+)" hx-trigger="load"', first)
    (link,) = re.findall(r'<p><a href="(\S+)"', first)
    part = gappy.get(unescape(asked), fragment=True).text
    assert 'id="list"' in part
    assert "<html" not in part
    again = gappy.get(path).text
    assert "hx-trigger" not in again
    assert part in again
    assert gappy.get(unescape(link)).text.partition('id="list"')[2] == again.partition('id="list"')[2]


def test_the_whole_page_is_there_without_scripts(gappy: System):
    (link,) = re.findall(r'<p><a href="(\S+)"', gappy.get(f"/completeness?to={MONDAY}&days=7").text)
    assert 'id="list"' in gappy.get(unescape(link)).text


def test_a_cell_of_the_map_leads_to_its_day(gappy: System):
    def at(row: int, column: int):
        return gappy.get(f"/completeness?to={MONDAY}&days=7&row={row}&column={column}")

    assert at(0, 6).headers["location"] == f"/completeness/2/{MONDAY}"
    assert at(1, 6).headers["location"] == f"/completeness/1/{MONDAY}"
    assert at(9, 6).status_code == at(0, 7).status_code == at(-1, 0).status_code == 404
    assert "has no publication" in at(0, 0).text


def test_the_day_shows_the_missing_interval_and_its_alarm(gappy: System):
    text = gappy.get(f"/completeness/1/{MONDAY}").text
    assert "1 of 96 due intervals are missing." in text
    assert "10:00" in text
    assert f'href="/alarms/1/{MONDAY}/ICD?on={MONDAY}"' in text
    silent = gappy.get(f"/completeness/2/{MONDAY}").text
    assert "96 of 96 due intervals are missing." in silent
    assert f'href="/alarms/2/{after(MONDAY, -1)}/MCD?on={MONDAY}"' in silent
    assert "Nothing is missing" in gappy.get(f"/completeness/3/{MONDAY}").text
    assert "No interval of this day is due" in gappy.get(f"/completeness/999/{MONDAY}").text


@pytest.mark.parametrize("query", ["days=5", "to=x", "shard=-1"])
def test_wrong_values_are_refused(gappy: System, query: str):
    answer = gappy.get(f"/completeness?{query}")
    assert answer.status_code == 422
    assert "is refused" in answer.text


@pytest.mark.parametrize("path", ["/completeness/a%20b/2026-03-23", "/completeness/1/x", "/completeness/1/2026-01-01"])
def test_a_day_that_is_not_there_is_a_page_that_says_so(gappy: System, path: str):
    assert gappy.get(path).status_code == 404


def test_an_empty_stack_explains_itself(system: System):
    assert "No day is published yet." in system.get("/completeness").text


def interval(index: int, *, missing: bool, minutes: int = 15) -> Interval:
    start = datetime(2026, 3, 23, tzinfo=UTC) + timedelta(minutes=15 * index)
    return Interval(start, minutes, True, {} if missing else {"consumption_kwh": 1})


def test_missing_intervals_in_a_row_are_one_gap():
    pattern = "x..xx.x"
    found = list(gaps_of([interval(index, missing=each == "x") for index, each in enumerate(pattern)]))
    start = datetime(2026, 3, 23, tzinfo=UTC)
    quarter = timedelta(minutes=15)
    assert found == [
        Gap(start, start + quarter, 1),
        Gap(start + 3 * quarter, start + 5 * quarter, 2),
        Gap(start + 6 * quarter, start + 7 * quarter, 1),
    ]


@pytest.mark.parametrize(("received", "level"), [(96, 0), (95, 1), (80, 2), (10, 3), (0, 4)])
def test_a_cell_shows_how_much_is_missing(received: int, level: int):
    cells = {MONDAY: (96, received)} if received < 96 else {}
    row = Row("1", 96, received, cells, frozenset())
    assert levels_of(row, [MONDAY], frozenset({MONDAY})) == [level]
    assert levels_of(Row("1", 96, 96, {}, frozenset()), [MONDAY], frozenset()) == [None]
