"""An alarm tells people of a finding on a metering point's day. It has a life, and each change of it is an event.

`MOVES` is the one table of the legal moves. `domain/alarm_life.py` decides which moves the findings of a publication
ask for. `domain/alarm_items.py` writes alarms as items of the table `alarms`.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.alarm_table import State as State  # noqa: PLC0414 -- readers of alarms find it here
from domain.customers import Customer
from domain.days import format_instant
from domain.findings import BY_CODE

_NAMESPACE = uuid.UUID("0a3b6f0e-6f0c-5d54-9d0f-0c2b1f6f5a11")

type _Date = date
"""The type under a name that the field `date` of an alarm does not hide."""

DATA = "data"
"""The data changed the alarm, and no person."""

ATTRIBUTES = ("event", "sequence", "alarm_id", "error_type", "date")
"""The fields of an event that are attributes of its message too, so that a consumer can filter without the body."""

HISTORY = 50
"""The number of changes that an alarm remembers. A silence of a year has one change a day."""


class Event(StrEnum):
    """The kinds of changes that the queue tells of."""

    RAISED = "raised"
    UPDATED = "updated"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"
    ESCALATED = "escalated"


class Move(StrEnum):
    """The reasons for a change."""

    RAISE = "raise"
    """A finding is there for the first time, or again."""
    UPDATE = "update"
    """The finding has other details."""
    ESCALATE = "escalate"
    """The finding has lasted for so many days in a row."""
    ACKNOWLEDGE = "acknowledge"
    """A person takes care of it."""
    HEAL = "heal"
    """The newest publication does not have the finding."""
    DISMISS = "dismiss"
    """A person clears it, with a reason."""


MOVES: Mapping[tuple[State | None, Move], tuple[State, Event]] = MappingProxyType(
    {
        (None, Move.RAISE): (State.OPEN, Event.RAISED),
        (State.CLEARED, Move.RAISE): (State.OPEN, Event.RAISED),
        (State.DISMISSED, Move.RAISE): (State.OPEN, Event.RAISED),
        (State.OPEN, Move.UPDATE): (State.OPEN, Event.UPDATED),
        (State.ACKNOWLEDGED, Move.UPDATE): (State.ACKNOWLEDGED, Event.UPDATED),
        (State.OPEN, Move.ESCALATE): (State.OPEN, Event.ESCALATED),
        (State.ACKNOWLEDGED, Move.ESCALATE): (State.ACKNOWLEDGED, Event.ESCALATED),
        (State.OPEN, Move.ACKNOWLEDGE): (State.ACKNOWLEDGED, Event.ACKNOWLEDGED),
        (State.OPEN, Move.HEAL): (State.CLEARED, Event.CLEARED),
        (State.ACKNOWLEDGED, Move.HEAL): (State.CLEARED, Event.CLEARED),
        (State.DISMISSED, Move.HEAL): (State.CLEARED, Event.CLEARED),
        (State.OPEN, Move.DISMISS): (State.DISMISSED, Event.CLEARED),
        (State.ACKNOWLEDGED, Move.DISMISS): (State.DISMISSED, Event.CLEARED),
    }
)
"""The next state and the event of each legal move. A move that is not in the table is refused."""


class IllegalMoveError(ValueError):
    """An alarm cannot make a move in its state. The text names both."""


@dataclass(frozen=True)
class Found:
    """The evidence of an alarm: what a check found, with which version and parameters, and in which publications.

    `publications` has the number of the publication of each day, by the day's ISO date. `days` is the length in days:
    more than 1 only for a silence.
    """

    details: Mapping[str, Any]
    version: int = 1
    parameters: Mapping[str, Any] = field(default_factory=dict)
    intervals: tuple[str, ...] = ()
    publications: Mapping[str, int] = field(default_factory=dict)
    days: int = 1

    def is_same_as(self, other: "Found") -> bool:
        """Returns whether both find the same. The publication and the check's version do not count."""
        return (self.details, self.intervals, self.days) == (other.details, other.intervals, other.days)


@dataclass(frozen=True)
class Change:
    """One change of an alarm: when, by whom, and why. `by` is `data` or a person's name."""

    at: datetime
    run: str = ""
    """The name of the run that makes it. A person's change has none."""
    by: str = DATA
    reason: str = ""
    about: Mapping[str, Any] = field(default_factory=dict)
    """Further details of the event, and of its entry in the history."""


@dataclass(frozen=True)
class Alarm:
    """An alarm is about one metering point, one check and one day. The day of a silence is its first day."""

    metering_point: str
    code: str
    date: date
    found: Found
    customer: Mapping[str, Any]
    state: State | None = None
    """None before the alarm is raised for the first time."""
    sequence: int = 0
    escalated: bool = False
    by: str = ""
    """The person who acknowledged or cleared it."""
    reason: str = ""
    raised_at: datetime | None = None
    changed_at: datetime | None = None
    history: tuple[Mapping[str, Any], ...] = ()
    """The last changes, each with `sequence`, `event`, `at`, `by`, `reason` and `run`."""
    unsent: tuple[Mapping[str, Any], ...] = ()
    """The events that the queue does not have for certain, in order."""

    @property
    def id(self) -> str:
        """Identifies the alarm. It is the same for the same metering point, code and day."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.date}/{self.code}/{self.metering_point}"))

    @property
    def title(self) -> str:
        """The check in words."""
        check = BY_CODE.get(self.code)
        return check.title if check else self.code

    @property
    def words(self) -> str:
        """The finding in a few words."""
        return in_words(self.code, self.found.details)

    @property
    def is_alive(self) -> bool:
        """Whether it is open or acknowledged."""
        return self.state is not None and self.state.is_alive

    def covers(self, day: _Date) -> bool:
        """Returns whether it is about a day. A silence is about each of its days."""
        return self.date <= day < self.date + timedelta(days=self.found.days)

    def after(self, move: Move, change: Change, found: Found | None = None, escalated: bool | None = None) -> "Alarm":
        """Returns the alarm after a move, with the event among the unsent ones. Raises `IllegalMoveError`."""
        if (self.state, move) not in MOVES:
            raise IllegalMoveError(f"an alarm that is {self.state or 'not raised'} cannot {move}")
        state, event = MOVES[self.state, move]
        is_persons = change.by != DATA
        entry = {
            "sequence": self.sequence + 1,
            "event": str(event),
            "at": format_instant(change.at),
            "by": change.by,
            "reason": change.reason,
            "run": change.run,
            **change.about,
        }
        moved = replace(
            self,
            found=found or self.found,
            state=state,
            sequence=self.sequence + 1,
            escalated=self.escalated if escalated is None else escalated,
            by=change.by if is_persons else ("" if move in (Move.RAISE, Move.HEAL) else self.by),
            reason=change.reason if is_persons else ("" if move in (Move.RAISE, Move.HEAL) else self.reason),
            raised_at=change.at if move is Move.RAISE else self.raised_at,
            changed_at=change.at,
            history=(*self.history, entry)[-HISTORY:],
        )
        return replace(moved, unsent=(*self.unsent, moved.message(event, change)))

    def message(self, event: Event, change: Change) -> dict[str, Any]:
        """Returns the body of the queue's message about the last change."""
        details = dict(self.found.details) | dict(change.about)
        if event is Event.CLEARED:
            details |= {"cleared_by": DATA if change.by == DATA else "person"}
            details |= {"reason": change.reason} if change.reason else {}
        return {
            "event": str(event),
            "sequence": self.sequence,
            "alarm_id": self.id,
            "billing_metering_point_number": self.metering_point,
            "error_type": self.code,
            "date": self.date.isoformat(),
            "customer": dict(self.customer),
            "details": details,
        }


def in_words(code: str, details: Mapping[str, Any]) -> str:
    """Returns a finding's details in a few words. The details of an unknown check are listed by name."""
    if check := BY_CODE.get(code):
        words = check.in_words(dict(details))
        days = details.get("days", 1)
        return f"{words}, {days} days in a row" if days > 1 else words
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in details.items())


def described(customer: Customer) -> dict[str, Any]:
    """Returns what an alarm says of its customer. A consumer of the queue learns from it who wants mails."""
    return {
        "name": customer.name,
        "address": customer.address,
        "city": customer.city,
        "county": customer.county,
        "email": customer.email,
        "type": customer.type.value,
        "notify": customer.notify,
        "language": customer.language.value,
    }


def to_json(value: Any) -> str:
    """Writes JSON in one line and in ASCII, because queues refuse some characters, such as control characters."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
