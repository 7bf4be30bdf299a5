"""For any order of arrival, runs and crashes, the open alarms are the findings of each day's newest publication.

The plain model is a dictionary of findings. A run of a day compares its newest publication with the ones that the
alarms were kept to, as the publisher does. It can crash before any call. Another day can be kept at any call, and the
first run can crash after that.
"""

import contextlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.alarm_life import Rules
from domain.alarm_silence import SILENCE
from domain.alarms import Alarm, Change, IllegalMoveError, Move, State, to_json
from lambdas.publisher.alarm_keeper import AlarmKeeper, Queue
from lambdas.publisher.alarms_table import AlarmsTable
from lambdas.publisher.finding_rows import FindingRow, NewFindings, visits
from tests.unit.lambdas.fake_alarms import FakeAlarms
from tests.unit.lambdas.fakes import FakeSQS

NOW = datetime(2026, 11, 20, tzinfo=UTC)
FIRST = date(2026, 11, 1)
DAYS = [FIRST + timedelta(days=number) for number in range(5)]
NUMBERS = ("1", "2")
LONG = 3

type Findings = dict[str, dict[str, int]]
"""The findings of a publication: for each metering point its codes, each with a value that stands for the details."""


class CrashError(Exception):
    """The run ends here."""


@dataclass
class Day:
    """A day's publications, and the numbers of those that its alarms may have been kept to."""

    date: date
    publications: list[Findings] = field(default_factory=lambda: [{}])
    kept: list[int] = field(default_factory=lambda: [0])


class World:
    """The table, the queue and the days."""

    def __init__(self) -> None:
        self.table, self.sqs = FakeAlarms(), FakeSQS()
        self.days = [Day(each) for each in DAYS]
        self.runs = 0

    def keep(self, day: Day) -> None:
        """A run of the day: it notes what it tries, keeps the alarms and notes that they are kept."""
        self.runs += 1
        newest = len(day.publications) - 1
        former = [rows(day.publications[number]) for number in day.kept]
        day.kept = [*day.kept, newest]
        new = NewFindings(
            day.date, newest, rows(day.publications[newest]), [(each, {"name": each}) for each in NUMBERS]
        )
        keeper = AlarmKeeper(
            AlarmsTable(cast("Any", self.table), "alarms", lambda _seconds: None),
            Queue(cast("Any", self.sqs), "queue", lambda _seconds: None),
            day.date,
            Rules(Change(NOW, run=f"run-{self.runs}"), LONG),
            400,
            frozenset({f"run-{self.runs}"}),
            writers=1,
        )
        keeper.keep(visits(new, former, Counter()))
        day.kept = [newest]

    def person(self, index: int, move: Move) -> None:
        """A person acknowledges or clears one of the alarms, if that is legal."""
        alarms = self.table.alarms()
        if alarms:
            alarm = alarms[index % len(alarms)]
            try:
                moved = alarm.after(move, Change(NOW, by="Ana", reason="seen"))
            except IllegalMoveError:
                return
            AlarmsTable(cast("Any", self.table), "alarms").put_alarm(moved, alarm.sequence, NOW)


def rows(findings: Findings) -> list[FindingRow]:
    return [
        FindingRow(number, code, 1, "{}", "[]", to_json({"expected_intervals": value, "missing_intervals": value,
                                                         "first_missing_intervals": ["2026-11-01T00:00:00Z"]}))
        for number, codes in sorted(findings.items())
        for code, value in sorted(codes.items())
    ]  # fmt: skip


def expected(days: list[Day]) -> dict[tuple[str, str, date], int]:
    """The plain model: each open alarm with its length in days."""
    newest = {day.date: day.publications[-1] for day in days}
    found = {(number, code, day) for day, each in newest.items() for number in each for code in each[number]}
    silent = {(number, day) for number, code, day in found if code == SILENCE}
    alarms = {each: 1 for each in found if each[1] != SILENCE}
    for number, day in silent:
        if (number, day - timedelta(days=1)) not in silent:
            length = 1
            while (number, day + timedelta(days=length)) in silent:
                length += 1
            alarms[number, SILENCE, day] = length
    return alarms


CODES = st.dictionaries(st.sampled_from([SILENCE, SILENCE, "ICD"]), st.integers(1, 2), max_size=2)
FINDINGS = st.one_of(
    st.builds(lambda codes: {"1": codes}, CODES),
    st.dictionaries(st.sampled_from(NUMBERS), CODES),
)
DAY = st.integers(0, len(DAYS) - 1)
CALL = st.integers(1, 14)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), DAY, FINDINGS),
        st.tuples(st.just("crash"), DAY, FINDINGS, CALL),
        st.tuples(st.just("meet"), DAY, FINDINGS, CALL, DAY, FINDINGS),
        st.tuples(st.just("meet and crash"), DAY, FINDINGS, CALL, DAY, FINDINGS, CALL),
        st.tuples(st.just("person"), st.integers(0, 9), st.sampled_from([Move.ACKNOWLEDGE, Move.DISMISS])),
    ),
    min_size=3,
    max_size=12,
)


def at_call(number: int, act: Callable[[], None]) -> Callable[[str], None]:
    """Returns a hook that acts once, before the call with the number."""
    calls = iter(range(1, 10_000))

    def before(_operation: str) -> None:
        if next(calls) == number:
            act()

    return before


def crash() -> None:
    raise CrashError


def do(world: World, step: tuple[Any, ...]) -> None:
    kind, *given_values = step
    if kind == "person":
        world.person(*given_values)
        return
    day = world.days[given_values[0]]
    day.publications.append(given_values[1])
    if kind == "crash":
        world.table.before = at_call(given_values[2], crash)
    elif kind.startswith("meet") and given_values[3] != given_values[0]:  # the day's lock excludes 2 runs of one day
        other = world.days[given_values[3]]
        other.publications.append(given_values[4])
        later = at_call(given_values[5], crash) if kind == "meet and crash" else _nothing
        world.table.before = at_call(given_values[2], lambda: meet(world, other, later))
    with contextlib.suppress(CrashError):
        world.keep(day)
    world.table.before = _nothing


def meet(world: World, other: Day, later: Callable[[str], None]) -> None:
    """The other day is kept at a call of the first one. `later` is the hook of the first one's later calls."""
    world.table.before = _nothing
    world.keep(other)
    world.table.before = later


def _nothing(_operation: str) -> None:
    pass


BOTH: Findings = {"1": {SILENCE: 1, "ICD": 1}}
SILENT: Findings = {"1": {SILENCE: 1}}
AN_OUTDATED_WRITER = [("meet", 1, BOTH, 1, 0, SILENT), ("meet", 1, SILENT, 2, 0, {"1": {}}), ("run", 0, {"1": {}})]
"""The second run raises the alarm of a silence of 2 days, after another run has made it a silence of 1 day."""


@settings(max_examples=300, deadline=None)
@example(AN_OUTDATED_WRITER)
@given(STEPS)
def test_the_open_alarms_are_the_findings_of_the_newest_publications(steps: list[tuple[Any, ...]]) -> None:
    world = World()
    for step in steps:
        do(world, step)
    for day in world.days:
        world.keep(day)
    there = [alarm for alarm in world.table.alarms() if alarm.state is not State.CLEARED]
    assert {(alarm.metering_point, alarm.code, alarm.date): alarm.found.days for alarm in there} == expected(world.days)
    assert all(alarm.escalated == (alarm.found.days >= LONG) for alarm in there if alarm.is_alive)
    calls = len(world.table.calls)
    for day in world.days:
        world.keep(day)
    assert len(world.table.calls) == calls, "a run without news costs nothing"


@settings(max_examples=200, deadline=None)
@given(STEPS)
def test_the_queue_gets_every_change_at_least_once(steps: list[tuple[Any, ...]]) -> None:
    world = World()
    for step in steps:
        if step[0] != "person":  # the operator's tool sends its own events
            do(world, step)
    for day in world.days:
        world.keep(day)
    bodies = [json.loads(message["MessageBody"]) for message in world.sqs.messages]
    told = {(body["alarm_id"], body["sequence"]): body for body in bodies}
    for alarm in world.table.alarms():
        assert {sequence for each, sequence in told if each == alarm.id} == set(range(1, alarm.sequence + 1))
        assert ending(told[alarm.id, alarm.sequence]["event"], alarm)
        assert alarm.unsent == ()


def ending(event: str, alarm: Alarm) -> bool:
    return (event == "cleared") is not alarm.is_alive
