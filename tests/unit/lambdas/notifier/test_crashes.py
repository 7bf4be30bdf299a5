"""A crash at any step, any order of the events and any repetition send no mail twice and lose no alarm."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.lambdas.fakes import client_error
from tests.unit.lambdas.notifier.notifier_world import NUMBER, NotifierWorld, alarm_event

STEPS = ("before read", "before write", "after write", "before send", "after send")


class CrashError(BaseException):
    """Ends the function at this point, as a kill would."""


def crash_at(crashing: str) -> Callable[[str], None]:
    def crash(step: str) -> None:
        if step == crashing:
            raise CrashError

    return crash


def redelivered(world: NotifierWorld, *bodies: dict[str, Any], crashing: str) -> None:
    """Hands over a batch that crashes the function at a step, and then the same batch again."""
    world.fault = crash_at(crashing)
    with pytest.raises(CrashError):
        world.receive(*bodies)
    world.fault = lambda _step: None
    assert world.receive(*bodies) == []


@pytest.mark.parametrize("step", STEPS)
def test_after_a_crash_a_mail_about_problems_is_sent_at_most_once(step: str) -> None:
    world = NotifierWorld()
    redelivered(world, alarm_event(), crashing=step)
    lost = step in ("after write", "before send")
    assert len(world.mails) == (0 if lost else 1)
    world.wait(days=1)
    world.receive(alarm_event(alarm="b"))
    assert len(world.mails) == (1 if lost else 2)


@pytest.mark.parametrize("step", STEPS)
def test_after_a_crash_a_mail_about_complete_data_is_sent_at_most_once(step: str) -> None:
    world = NotifierWorld()
    world.receive(alarm_event())
    world.receive(alarm_event("cleared", 2))
    world.wait(minutes=1)
    redelivered(world, alarm_event("cleared", 2), crashing=step)
    assert len(world.mails) == (1 if step in ("after write", "before send") else 2)


@pytest.mark.parametrize("step", ["before read", "before write", "after write"])
def test_a_crash_before_a_refused_mail_is_given_back_loses_it(step: str) -> None:
    """Here the second read and the second write are those that give the claim back."""
    world, seen = NotifierWorld(), []

    def refuse_and_crash(now: str) -> None:
        seen.append(now)
        if now == "before send":
            raise client_error("MessageRejected")
        if now == step and "before send" in seen:
            raise CrashError

    world.fault = refuse_and_crash
    with pytest.raises(CrashError):
        world.receive(alarm_event())
    world.fault = lambda _step: None
    assert world.receive(alarm_event()) == []
    assert len(world.mails) == (1 if step == "after write" else 0)


ALARMS = ("a", "b", "c")
LIVES = {alarm: [("raised", 1), ("updated", 2), ("cleared", 3), ("raised", 4), ("cleared", 5)] for alarm in ALARMS}


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[list[tuple[str, str, int]]], dict[str, int]]:
    """Draws how far each alarm's life goes, and batches with its events in any order, some of them repeated."""
    reached = {alarm: draw(st.integers(0, 5)) for alarm in ALARMS}
    events = [(alarm, *each) for alarm in ALARMS for each in LIVES[alarm][: reached[alarm]]]
    repeated = draw(st.lists(st.sampled_from(events), max_size=4)) if events else []
    order = draw(st.permutations([*events, *repeated]))
    size = draw(st.integers(1, 4))
    return [order[start : start + size] for start in range(0, len(order), size)], reached


@settings(max_examples=150)
@given(deliveries(), st.lists(st.sampled_from([0, 30, 86_400]), min_size=20, max_size=20))
def test_any_order_ends_with_the_alarms_that_are_open(
    drawn: tuple[list[list[tuple[str, str, int]]], dict[str, int]], seconds: list[int]
) -> None:
    batches, reached = drawn
    world = NotifierWorld()
    mails: list[str] = []
    for number, batch in enumerate(batches):
        bodies = [alarm_event(change, sequence, alarm) for alarm, change, sequence in batch]
        waiting = world.receive(*bodies)
        world.wait(minutes=1)
        assert world.receive(*(bodies[int(each)] for each in waiting)) == []
        mails += [f"{world.now.date()} {title}" for title in world.subjects[len(mails) :]]
        world.wait(seconds=seconds[number])
    problems = [mail for mail in mails if "in order" not in mail]
    assert len(set(problems)) == len(problems), "2 mails about problems on a day"
    kinds = ["in order" in title for title in world.subjects]
    assert all(before != after for before, after in pairwise(kinds) if after), "2 about completion"
    item = world.items.get(NUMBER)
    is_open = {alarm for alarm, events in reached.items() if events in (1, 2, 4)}
    found = {alarm for alarm, each in item["alarms"]["M"].items() if each["M"]["open"]["BOOL"]} if item else set()
    assert found == is_open
    if item and not is_open and world.mails:
        assert kinds[-1], "the last mail says that the data are complete"
