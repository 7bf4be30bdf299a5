"""Decides which alarms change when a metering point's day has other findings. It is pure: nothing is read or written.

The rules in one sentence each:

- A finding without an alarm raises one. A finding of a cleared alarm reopens it.
- A finding with other details or intervals updates its alarm. The same finding changes nothing.
- An alarm without its finding is cleared by the data.
- An alarm that a person cleared stays cleared until its finding is another one.
- A silence follows from the set of silent days (`domain/alarm_silence.py`). Where 2 runs join, the later alarm is
  cleared. Where a run splits, the rest gets an alarm. An acknowledgement goes with the days.
- A silence is escalated when it reaches its number of days.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from domain.alarm_silence import SILENCE, SilentDays
from domain.alarms import Alarm, Change, Found, Move, State


@dataclass(frozen=True)
class Rules:
    """What a change depends on beside the findings."""

    change: Change
    escalate_after_days: int
    """At least 2. All findings but a silence last 1 day."""


@dataclass(frozen=True)
class Subject:
    """The metering point that alarms are about, and its customer as the publication has it, or None if it has none."""

    metering_point: str
    customer: Mapping[str, Any] | None


@dataclass(frozen=True)
class Changed:
    """An alarm after a change, and the sequence that it had before. 0 is an alarm that was never raised."""

    former: int
    alarm: Alarm


def settled(
    alarm: Alarm | None, found: Found | None, blank: Alarm, rules: Rules, acknowledged: Alarm | None = None
) -> Alarm | None:
    """Returns the alarm as a finding asks for it. It is the same object where nothing changes.

    `blank` is the alarm before its first change, with the customer. `acknowledged` is the alarm whose acknowledgement
    a new alarm takes over.
    """
    if found is None:
        if alarm is None or alarm.state is State.CLEARED:
            return alarm
        return alarm.after(Move.HEAL, rules.change, escalated=False)
    alarm = _with_customer(alarm or blank, blank)
    long = found.days >= rules.escalate_after_days
    if alarm.is_alive:
        if alarm.found.is_same_as(found) and alarm.escalated == long:
            return alarm
        move = Move.ESCALATE if long and not alarm.escalated else Move.UPDATE
        return alarm.after(move, rules.change, found, escalated=long)
    if alarm.state is State.DISMISSED and alarm.found.is_same_as(found):
        return alarm
    alarm = alarm.after(Move.RAISE, rules.change, found, escalated=False)
    if long:
        alarm = alarm.after(Move.ESCALATE, rules.change, escalated=True)
    if acknowledged is not None:
        by = replace(rules.change, by=acknowledged.by, reason=acknowledged.reason)
        alarm = alarm.after(Move.ACKNOWLEDGE, by)
    return alarm


def settled_day(
    subject: Subject, day: date, found: Mapping[str, Found], alarms: Mapping[str, Alarm], rules: Rules
) -> list[Changed]:
    """Returns the alarms of a day that change, without its silence. Both mappings are by code."""
    changed = []
    for code in sorted((found.keys() | alarms.keys()) - {SILENCE}):
        before = alarms.get(code)
        after = settled(before, found.get(code), _blank(subject, code, day), rules)
        if change := _changed(before, after):
            changed.append(change)
    return changed


def settled_silence(
    subject: Subject, silent: SilentDays, firsts: Iterable[date], alarms: Mapping[date, Alarm], rules: Rules
) -> list[Changed]:
    """Returns the silence alarms that change. `alarms` are the present ones on the days `firsts`.

    New alarms come first and cleared ones last. A writer that stops in between leaves the acknowledgement where the
    next attempt finds it.
    """
    changed = []
    for first in sorted(firsts):
        before, found = alarms.get(first), silent.run(first)
        joined = silent.first_of(first)
        about = {"joined": joined.isoformat()} if found is None and joined is not None else {}
        mine = replace(rules, change=replace(rules.change, about=about))
        taken = _acknowledged(first, found, alarms.values()) if found and not _alive(before) else None
        after = settled(before, found, _blank(subject, SILENCE, first), mine, taken)
        if change := _changed(before, after):
            changed.append((_order(before, change.alarm), change))
    return [change for _, change in sorted(changed, key=lambda each: each[0])]


def _changed(before: Alarm | None, after: Alarm | None) -> Changed | None:
    """Returns what must be written. A customer who was only renamed is no change."""
    former = before.sequence if before else 0
    return Changed(former, after) if after is not None and after.sequence != former else None


def _alive(alarm: Alarm | None) -> bool:
    return alarm is not None and alarm.is_alive


def _acknowledged(first: date, found: Found, alarms: Iterable[Alarm]) -> Alarm | None:
    """Returns the acknowledged alarm that had one of the run's days."""
    end = first + timedelta(days=found.days)
    return next(
        (
            alarm
            for alarm in alarms
            if alarm.state is State.ACKNOWLEDGED
            and alarm.date != first
            and alarm.date < end
            and alarm.date + timedelta(days=alarm.found.days) > first
        ),
        None,
    )


def _order(before: Alarm | None, after: Alarm) -> int:
    if not after.is_alive:
        return 2
    return 1 if _alive(before) else 0


def _blank(subject: Subject, code: str, day: date) -> Alarm:
    return Alarm(subject.metering_point, code, day, Found({}), subject.customer or {})


def _with_customer(alarm: Alarm, blank: Alarm) -> Alarm:
    return replace(alarm, customer=blank.customer) if blank.customer else alarm
