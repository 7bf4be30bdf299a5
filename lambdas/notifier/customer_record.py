"""Decides which mail a customer gets. A record holds the customer's alarms and the mails that were claimed.

Each method returns a new record. The function that stores it (`records_table.py`) writes it whole, on the condition
that no other call has changed it. So an event and the claim of the mail that it causes are one write.

| fact | kept as |
|---|---|
| the newest change of each alarm | `alarms`, by the alarm's id, with the event's sequence number |
| an alarm was named in a mail | `KnownAlarm.is_mailed` |
| the day has had its mail about problems | `problem_mailed_on` |
| the customer waits for the mail that ends the problems | `awaits_completion` |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from lambdas.notifier.alarm_events import AlarmEvent, Change

SETTLE_TIME = timedelta(seconds=60)
"""How long a customer has no open alarm before the mail about complete data is due.

The queue has no order. Where a late reading turns MCD into ICD, the event that clears MCD can arrive before the event
that raises ICD, and the data are not complete.
"""

REMEMBERED = timedelta(days=30)
"""How long a cleared alarm is remembered, so that an older event of it changes nothing.

The queue and its dead-letter queue keep a message for 14 days each.
"""

_NAMED_AGAIN = (Change.RAISED, Change.ESCALATED)
"""A mail names an alarm again after these changes."""


@dataclass(frozen=True)
class KnownAlarm:
    """The newest change of an alarm."""

    sequence: int
    is_open: bool
    is_mailed: bool
    error_type: str
    day: date
    days: int
    changed_on: date
    """The local day on which the notifier learned of the change."""


@dataclass(frozen=True)
class CustomerRecord:
    """One customer. `revision` counts the writes. It is 0 for a record that is not stored yet."""

    alarms: Mapping[str, KnownAlarm] = field(default_factory=dict)
    problem_mailed_on: date | None = None
    awaits_completion: bool = False
    all_cleared_at: datetime | None = None
    revision: int = 0

    @property
    def is_stored(self) -> bool:
        """Whether the table has the customer."""
        return self.revision > 0

    @property
    def open_alarms(self) -> dict[str, KnownAlarm]:
        """Returns the alarms that are not cleared, the oldest day first, by their ids."""
        found = {alarm_id: alarm for alarm_id, alarm in self.alarms.items() if alarm.is_open}
        return dict(sorted(found.items(), key=lambda each: (each[1].day, each[1].error_type, each[0])))

    def after(self, events: Iterable[AlarmEvent], today: date, now: datetime) -> "CustomerRecord":
        """Returns the record after events. An event that is not newer than the known one of its alarm changes nothing.

        `today` is the local day of `now`.
        """
        alarms = dict(self.alarms)
        for event in events:
            known = alarms.get(event.alarm_id)
            if known is None or known.sequence < event.sequence:
                alarms[event.alarm_id] = _changed(known, event, today)
        if alarms == self.alarms:
            return self
        was_open, is_open = _any_open(self.alarms), _any_open(alarms)
        cleared_at = None if is_open else now if was_open or self.all_cleared_at is None else self.all_cleared_at
        return replace(self, alarms=_remembered(alarms, today), all_cleared_at=cleared_at)

    def without_mails(self) -> "CustomerRecord":
        """Returns the record of a customer who wants no mails: no mail about complete data is due later."""
        return replace(self, awaits_completion=False)

    def owes_problem_mail(self, today: date) -> bool:
        """Whether an open alarm was named in no mail, and `today` has had no mail about problems."""
        is_due = self.problem_mailed_on is None or self.problem_mailed_on < today
        return is_due and any(not alarm.is_mailed for alarm in self.open_alarms.values())

    def owes_completion_mail(self) -> bool:
        """Whether a mail has named a problem, and since then all alarms are cleared."""
        return self.awaits_completion and not self.open_alarms

    def has_settled(self, now: datetime) -> bool:
        """Whether no alarm has been open for the settle time."""
        return self.settles_in(now) <= timedelta(0)

    def settles_in(self, now: datetime) -> timedelta:
        """Returns the rest of the settle time. Where an alarm is open, it is the whole settle time."""
        return SETTLE_TIME - (now - self.all_cleared_at) if self.all_cleared_at else SETTLE_TIME

    def with_problem_mail(self, today: date) -> "CustomerRecord":
        """Returns the record with the claim of a mail about all open alarms."""
        alarms = {
            alarm_id: replace(alarm, is_mailed=True) if alarm.is_open else alarm
            for alarm_id, alarm in self.alarms.items()
        }
        return replace(self, alarms=alarms, problem_mailed_on=today, awaits_completion=True)

    def with_completion_mail(self) -> "CustomerRecord":
        """Returns the record with the claim of the mail about complete data."""
        return replace(self, awaits_completion=False)

    def without_problem_mail(self, before: "CustomerRecord") -> "CustomerRecord":
        """Returns the record without the claim that followed `before`. Later events stay."""
        claimed = {alarm_id for alarm_id, alarm in before.open_alarms.items() if not alarm.is_mailed}
        alarms = {
            alarm_id: replace(alarm, is_mailed=False) if alarm_id in claimed else alarm
            for alarm_id, alarm in self.alarms.items()
        }
        return replace(
            self,
            alarms=alarms,
            problem_mailed_on=before.problem_mailed_on,
            awaits_completion=self.awaits_completion and before.awaits_completion,
        )

    def without_completion_mail(self) -> "CustomerRecord":
        """Returns the record without the claim of the mail about complete data."""
        return replace(self, awaits_completion=True)


def _changed(known: KnownAlarm | None, event: AlarmEvent, today: date) -> KnownAlarm:
    stays_mailed = known is not None and known.is_open and known.is_mailed and event.change not in _NAMED_AGAIN
    return KnownAlarm(
        sequence=event.sequence,
        is_open=event.change is not Change.CLEARED,
        is_mailed=stays_mailed,
        error_type=event.error_type,
        day=event.date,
        days=event.days,
        changed_on=today,
    )


def _any_open(alarms: Mapping[str, KnownAlarm]) -> bool:
    return any(alarm.is_open for alarm in alarms.values())


def _remembered(alarms: Mapping[str, KnownAlarm], today: date) -> dict[str, KnownAlarm]:
    return {
        alarm_id: alarm for alarm_id, alarm in alarms.items() if alarm.is_open or today - alarm.changed_on <= REMEMBERED
    }
