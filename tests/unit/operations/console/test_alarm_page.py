"""The page of an alarm explains it out of published objects, and checks it again."""

from datetime import timedelta

import pytest

from domain.alarms import State
from tests.unit.operations.console.system import System
from tests.unit.operations.replay_world import MONDAY, after

SPIKE = f"/alarms/1/{MONDAY}/SPK"


@pytest.fixture
def spiked(system: System) -> System:
    """A system with the 3 working days before, and a spike of customer 1 on Monday."""
    for back in (5, 4, 3):
        system.days.run(after(MONDAY, -back))
    system.days.run(MONDAY, 1)
    return system


def test_the_page_has_the_words_the_day_and_the_like_days(spiked: System):
    text = spiked.get(SPIKE).text
    assert "6 kWh in an interval" in text
    assert "<svg" in text
    assert "like days, least to most" in text
    assert text.count('class="chart-wide"') == text.count('class="chart-narrow"') == 1
    assert "SPK, version" in text


def test_numbers_and_words_are_the_readers(spiked: System):
    english, croatian = spiked.get(SPIKE).text, spiked.get(SPIKE, language="hr").text
    assert "6.000" in english
    assert "6,000" in croatian
    assert "skok potrošnje" in croatian
    assert 'lang="hr"' in croatian


def test_the_id_leads_to_the_page(spiked: System):
    identity = next(alarm.id for alarm in spiked.alarms().values() if alarm.code == "SPK")
    for name in (identity, identity[:8]):
        answer = spiked.get(f"/alarms/{name}")
        assert (answer.status_code, answer.headers["location"]) == (303, SPIKE)


def test_check_again_says_whether_it_holds(spiked: System):
    assert "It holds" in spiked.post(f"{SPIKE}/again", fragment=True).text
    spiked.days.run_again(MONDAY)
    text = spiked.post(f"{SPIKE}/again").text
    assert "It no longer holds" in text
    assert "Publication 2 does not have it any more." in text


def test_the_revisions_say_what_changed(spiked: System):
    spiked.days.run_again(MONDAY)
    rows = spiked.get(SPIKE).text.partition("Publications of the day</h2>")[2].partition("</table>")[0]
    assert rows.count("<tr>") == 3
    assert '<td class="number">1</td>' in rows, "one value changed"


def test_a_person_acknowledges_and_clears(spiked: System):
    assert "You acknowledged the alarm." in spiked.post(SPIKE, action="acknowledge").text
    assert "Write a reason to clear the alarm." in spiked.post(SPIKE, action="clear").text
    assert "You cleared the alarm." in spiked.post(SPIKE, action="clear", reason="a feast").text
    assert spiked.alarms()[f"1/{MONDAY}/SPK"].state is State.DISMISSED
    assert 'name="action"' not in spiked.get(SPIKE).text.partition('id="alarm-state"')[2].partition("</section>")[0]


def test_an_open_page_learns_that_the_data_cleared_the_alarm(spiked: System):
    sequence = spiked.alarms()[f"1/{MONDAY}/SPK"].sequence
    state = f"{SPIKE}/state?sequence={sequence}"
    assert spiked.get(state, fragment=True).status_code == 204
    spiked.days.run_again(MONDAY)
    answer = spiked.get(state, fragment=True)
    assert answer.status_code == 200
    assert "The alarm has changed while this page was open." in answer.text
    assert "cleared" in answer.text


def test_a_silence_shows_each_of_its_days(system: System):
    for back in range(3, -1, -1):
        system.days.run(after(MONDAY, -back), silent=(2,) if back < 3 else ())
    first = MONDAY - timedelta(days=2)
    text = system.get(f"/alarms/2/{first}/MCD").text
    assert "3 days in a row" in text
    assert f"?on={first}" in text
    inside = system.get(f"/alarms/2/{MONDAY}/MCD")
    assert (inside.status_code, inside.headers["location"]) == (303, f"/alarms/2/{first}/MCD?on={MONDAY}")


@pytest.mark.parametrize(
    "path",
    ["/alarms/1/2026-03-23/ICD", "/alarms/1/yesterday/ICD", "/alarms/ffffffff", "/alarms/1/2026-03-23/%3Cscript%3E"],
)
def test_an_alarm_that_is_not_there_is_a_page_that_says_so(system: System, path: str):
    system.alarm("2")
    answer = system.get(path)
    assert answer.status_code == 404
    assert "There is no alarm" in answer.text
    assert "<script>" not in answer.text.replace('<script src="', "")


def test_an_alarm_whose_objects_are_gone_still_shows_its_evidence(system: System):
    system.alarm("1000000001")
    answer = system.get("/alarms/1000000001/2026-03-23/ICD")
    assert answer.status_code == 200
    assert "has no publication" in answer.text
    assert "missing intervals" in answer.text
