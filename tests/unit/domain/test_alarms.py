"""An alarm moves as the table says, and each change is an event."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alarm_items import InvalidAlarmError, alarm_item, alarm_of, open_keys, silence_item, silence_of
from domain.alarm_life import Rules, Subject, settled, settled_day, settled_silence
from domain.alarm_silence import SILENCE, SilentDays
from domain.alarms import HISTORY, MOVES, Alarm, Change, Event, Found, IllegalMoveError, Move, State, described, to_json
from tests.unit.lambdas.examples import NOW, SPRING, a_customer

ICD = Found({"expected_intervals": 96, "missing_intervals": 3, "first_missing_intervals": ["2026-03-29T01:00:00Z"]})
LESS = replace(ICD, details={**ICD.details, "missing_intervals": 2})
CHANGE = Change(NOW, run="one")
ANA = Change(NOW, by="Ana", reason="seen")
RULES = Rules(CHANGE, escalate_after_days=3)
SUBJECT = Subject("1", described(a_customer(1)))


def an_alarm(number: int | str = 1, code: str = "ICD", day: date = SPRING, found: Found = ICD) -> Alarm:
    """An alarm before it is raised."""
    return Alarm(str(number), code, day, found, described(a_customer(number)))


def raised(**given_values: Any) -> Alarm:
    return an_alarm(**given_values).after(Move.RAISE, CHANGE)


def test_the_event_of_a_change() -> None:
    alarm = raised(number="999999999999999999")
    assert alarm.unsent == (
        {
            "event": "raised",
            "sequence": 1,
            "alarm_id": alarm.id,
            "billing_metering_point_number": "999999999999999999",
            "error_type": "ICD",
            "date": "2026-03-29",
            "customer": {
                "name": "Šime 999999999999999999",
                "address": "Ilica 1",
                "city": "Zagreb",
                "county": "Grad Zagreb",
                "email": "customer999999999999999999@example.org",
                "type": "HH",
                "notify": False,
                "language": "hr",
            },
            "details": ICD.details,
        },
    )


def test_an_id_is_the_same_for_the_same_alarm_and_for_no_other() -> None:
    other = replace(an_alarm(found=LESS), customer={})
    assert an_alarm().id == other.id == "c2249188-68ce-506f-a8ed-cc96def79345"
    different = [an_alarm(2), an_alarm(code="MNP"), an_alarm(day=date(2026, 3, 30))]
    assert len({alarm.id for alarm in [an_alarm(), *different]}) == 4


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("state", [None, *State])
def test_an_alarm_makes_the_moves_of_the_table_and_no_other(state: State | None, move: Move) -> None:
    alarm = replace(an_alarm(), state=state, sequence=4)
    if (state, move) not in MOVES:
        with pytest.raises(IllegalMoveError, match="cannot"):
            alarm.after(move, CHANGE)
        return
    after = alarm.after(move, CHANGE)
    assert (after.state, after.unsent[0]["event"]) == MOVES[state, move]
    assert after.sequence == after.unsent[0]["sequence"] == 5


def test_every_state_can_be_left_and_every_event_is_sent() -> None:
    assert {state for state, _ in MOVES} == {None, *State}
    assert {event for _, event in MOVES.values()} == set(Event)


@given(st.lists(st.sampled_from(list(Move)), max_size=80))
def test_whatever_moves_the_sequence_grows_by_one_and_the_history_stays_short(moves: list[Move]) -> None:
    alarm = an_alarm()
    for move in moves:
        if (alarm.state, move) in MOVES:
            after = alarm.after(move, CHANGE)
            assert after.sequence == alarm.sequence + 1
            alarm = after
    assert len(alarm.history) == min(alarm.sequence, HISTORY)
    assert [event["sequence"] for event in alarm.unsent] == list(range(1, alarm.sequence + 1))


def test_who_and_why_is_on_the_alarm_and_the_event_says_how_it_was_cleared() -> None:
    cleared = raised().after(Move.ACKNOWLEDGE, ANA).after(Move.DISMISS, replace(ANA, reason="new meter"))
    assert (cleared.by, cleared.reason) == ("Ana", "new meter")
    assert [(each["event"], each["by"], each["reason"]) for each in cleared.history] == [
        ("raised", "data", ""),
        ("acknowledged", "Ana", "seen"),
        ("cleared", "Ana", "new meter"),
    ]
    details = cleared.unsent[-1]["details"]
    assert (details["cleared_by"], details["reason"]) == ("person", "new meter")
    assert cleared.state
    assert cleared.state.shown == "cleared"
    assert raised().after(Move.HEAL, CHANGE).unsent[-1]["details"]["cleared_by"] == "data"


def test_the_same_finding_changes_nothing_and_another_one_updates() -> None:
    alarm = raised()
    assert settled(alarm, ICD, an_alarm(), RULES) == alarm
    again = replace(ICD, version=2, publications={"2026-03-29": 9})
    assert settled(alarm, again, an_alarm(), RULES) == alarm, "a publication of the same is no news"
    after = settled(alarm, LESS, an_alarm(), RULES)
    assert after
    assert (after.sequence, after.found, after.history[-1]["event"]) == (2, LESS, "updated")


def test_what_a_person_cleared_stays_until_the_finding_is_another_one() -> None:
    dismissed = raised().after(Move.DISMISS, ANA)
    assert settled(dismissed, ICD, an_alarm(), RULES) == dismissed
    reopened = settled(dismissed, LESS, an_alarm(), RULES)
    assert reopened
    assert (reopened.state, reopened.by, reopened.sequence) == (State.OPEN, "", 3)
    healed = settled(dismissed, None, an_alarm(), RULES)
    assert healed
    back = settled(healed, ICD, an_alarm(), RULES)
    assert back
    assert [healed.state, back.state] == [State.CLEARED, State.OPEN], "a finding that comes back reopens"


def test_a_day_without_findings_clears_what_is_open_and_nothing_else() -> None:
    alarms = {"ICD": raised(), "MNP": raised(code="MNP").after(Move.HEAL, CHANGE)}
    (change,) = settled_day(SUBJECT, SPRING, {}, alarms, RULES)
    assert (change.former, change.alarm.code, change.alarm.state) == (1, "ICD", State.CLEARED)


def test_an_alarm_keeps_its_customer_where_the_publication_has_none() -> None:
    after = settled(raised(), LESS, replace(an_alarm(), customer={}), RULES)
    assert after
    assert after.customer == described(a_customer(1))


class Silence:
    """The silence alarms of a metering point, kept day by day."""

    def __init__(self) -> None:
        self.silent = SilentDays()
        self.alarms: dict[date, Alarm] = {}

    def set(self, day: int, silent: bool) -> list[tuple[int, str]]:
        """Returns the day and the last event of each alarm that changes, in the order in which they are written."""
        at = FIRST + timedelta(days=day)
        self.silent = self.silent.with_day(at, Found({"expected_intervals": 96}) if silent else None)
        touched = self.silent.touched_by(at)
        present = {first: self.alarms[first] for first in touched if first in self.alarms}
        changes = settled_silence(SUBJECT, self.silent, touched, present, RULES)
        self.alarms |= {change.alarm.date: change.alarm for change in changes}
        return [((change.alarm.date - FIRST).days, change.alarm.history[-1]["event"]) for change in changes]

    def open(self) -> dict[int, int]:
        """Returns the length of each open alarm, by its first day."""
        return {(day - FIRST).days: alarm.found.days for day, alarm in self.alarms.items() if alarm.is_alive}


FIRST = date(2026, 11, 1)


def test_a_silence_of_days_in_a_row_is_one_alarm_that_grows_and_is_escalated() -> None:
    silence = Silence()
    assert [silence.set(day, silent=True) for day in range(4)] == [
        [(0, "raised")], [(0, "updated")], [(0, "escalated")], [(0, "updated")],
    ]  # fmt: skip
    alarm = silence.alarms[FIRST]
    assert silence.open() == {0: 4}
    assert alarm.found.details == {"expected_intervals": 4 * 96, "days": 4, "last_day": "2026-11-04"}
    assert alarm.escalated
    assert alarm.words == "no reading, 384 were due, 4 days in a row"


def test_a_day_that_joins_two_runs_ends_the_later_alarm() -> None:
    silence = Silence()
    silence.set(0, silent=True)
    silence.set(2, silent=True)
    assert silence.set(1, silent=True) == [(0, "escalated"), (2, "cleared")]
    assert silence.open() == {0: 3}
    assert silence.alarms[FIRST + timedelta(days=2)].unsent[-1]["details"]["joined"] == "2026-11-01"


def test_a_day_that_heals_splits_its_run() -> None:
    silence = Silence()
    for day in range(3):
        silence.set(day, silent=True)
    assert silence.set(1, silent=False) == [(2, "raised"), (0, "updated")]
    assert silence.open() == {0: 1, 2: 1}
    assert not any(alarm.escalated for alarm in silence.alarms.values())


def test_an_acknowledgement_goes_with_the_days() -> None:
    silence = Silence()
    for day in range(2):
        silence.set(day, silent=True)
    silence.alarms[FIRST] = silence.alarms[FIRST].after(Move.ACKNOWLEDGE, ANA)
    assert silence.set(0, silent=False) == [(1, "acknowledged"), (0, "cleared")]
    rest = silence.alarms[FIRST + timedelta(days=1)]
    assert (rest.state, rest.by, rest.reason) == (State.ACKNOWLEDGED, "Ana", "seen")


def test_a_further_silent_day_reopens_what_a_person_cleared() -> None:
    silence = Silence()
    silence.set(0, silent=True)
    silence.alarms[FIRST] = silence.alarms[FIRST].after(Move.DISMISS, ANA)
    assert silence.set(0, silent=True) == []
    assert silence.set(1, silent=True) == [(0, "raised")]


def test_old_runs_are_forgotten_and_a_run_that_goes_on_is_not() -> None:
    found = Found({"expected_intervals": 96})
    days = {FIRST + timedelta(days=day): found for day in (0, 1, 5, 6, 7)}
    assert sorted(SilentDays(days, 3).since(FIRST + timedelta(days=6)).days) == sorted(days)[2:]


@given(st.lists(st.sampled_from(list(Move)), max_size=6), st.text(max_size=4))
def test_an_item_gives_its_alarm_back(moves: list[Move], text: str) -> None:
    alarm = replace(raised(), customer={"name": text}, found=replace(ICD, intervals=("a",), parameters={"most": 1.5}))
    for move in moves:
        if (alarm.state, move) in MOVES:
            alarm = alarm.after(move, replace(ANA, reason=text))
    item = alarm_item(alarm, NOW)
    assert alarm_of(item) == alarm
    assert ("open_on" in item) is alarm.is_alive
    assert "open_on" not in item or item["open_on"]["S"] in open_keys(SPRING)
    assert item["expires_at"] == {"N": str(int(NOW.timestamp()))}


def test_an_item_of_the_silent_days_gives_them_back() -> None:
    silent = SilentDays({FIRST: Found({"expected_intervals": 96}, publications={"2026-11-01": 2})}, 7, {FIRST: FIRST})
    assert silence_of(silence_item("1", silent, NOW)) == silent
    assert silence_of(None) == SilentDays()


@pytest.mark.parametrize("change", [{"found": {"S": "x"}}, {"state": {"S": "sleeping"}}, {"sequence": {"S": "1"}}])
def test_an_item_out_of_shape_is_an_error_that_names_it(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidAlarmError, match="ICD#2026-03-29"):
        alarm_of(alarm_item(raised(), datetime(2027, 1, 1, tzinfo=UTC)) | change)
    with pytest.raises(InvalidAlarmError):
        silence_of({"silent_days": {"S": "[]"}})


@given(st.text())
def test_json_is_ascii_in_one_line(text: str) -> None:
    written = to_json({"text": text})
    assert written.isascii()
    assert "\n" not in written
    assert json.loads(written) == {"text": text}


def test_the_silence_is_the_check_for_missing_consumption() -> None:
    assert SILENCE == "MCD"
