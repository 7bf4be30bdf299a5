"""Brings the alarms of metering points to what the findings of their day say, and tells the queue of each change.

The order of the writes makes it safe to stop anywhere and to begin again:

1. The set of silent days, because the silence alarms follow from it.
2. Each changed alarm, with its events among the unsent ones. Each write requires the sequence that was read.
3. The set of silent days is read again. Where another day has changed it meanwhile, the metering point is done again.
   So 2 days at the same time cannot leave 2 alarms of one silence. The set names the runs that it had in earlier
   versions, so an alarm that was raised by an outdated version is found and cleared.
4. The events go to the queue. Then the alarm's item says that they are sent. A repeated event has the same alarm id and
   sequence.
"""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING

from domain.alarm_items import Key, alarm_key, alarm_of, silence_key, silence_of
from domain.alarm_life import Changed, Rules, Subject, settled_day, settled_silence
from domain.alarm_silence import SILENCE, SilentDays
from domain.alarms import Alarm, Found
from domain.digest import Tally
from lambdas.publisher.alarm_queue import send_events
from lambdas.publisher.alarms_table import AlarmsTable

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

AT_ONCE = 200
"""The number of metering points that are read and written together."""
WRITERS = 16
"""The number of writes at the same time. Each is a round trip."""
ATTEMPTS = 10


class AlarmsContendedError(Exception):
    """Other writers have changed the same alarms again and again."""


@dataclass(frozen=True)
class Visit:
    """A metering point whose findings on the day may differ from the ones that its alarms were kept to.

    `found` has the findings of the newest publication, by code. `codes` has all codes to look at.
    """

    subject: Subject
    found: Mapping[str, Found]
    codes: frozenset[str]


@dataclass(frozen=True)
class Queue:
    """The queue of the events. `pause` waits so many seconds between attempts."""

    sqs: "SQSClient"
    url: str
    pause: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class AlarmKeeper:
    """Keeps the alarms of one day. `runs` are the names of the runs whose changes the tally counts."""

    table: AlarmsTable
    queue: Queue
    day: date
    rules: Rules
    retention_days: int
    runs: frozenset[str]
    writers: int = WRITERS
    before_batch: Callable[[], None] = field(default=lambda: None)
    """Called before each batch. It raises where the run has lost the day."""

    def keep(self, visits: Iterable[Visit]) -> Tally:
        """Keeps the alarms of all visited metering points. Memory holds one batch of them.

        Raises `AlarmsContendedError`, `AlarmsNotSentError`, `AlarmsNotReadError`, `InvalidAlarmError` and AWS's own.
        """
        tally = Tally()
        with ThreadPoolExecutor(self.writers) as pool:
            for batch in batched(visits, AT_ONCE, strict=False):
                self.before_batch()
                waiting: Sequence[Visit] = batch
                for _ in range(ATTEMPTS):
                    waiting = self._attempt(waiting, pool, tally)
                    if not waiting:
                        break
                else:
                    raise AlarmsContendedError(f"{len(waiting)} metering points of {self.day}")
        return tally

    def _attempt(self, visits: Sequence[Visit], pool: ThreadPoolExecutor, tally: Tally) -> list[Visit]:
        """Keeps the alarms of the visits. Returns the ones that another writer has disturbed."""
        silences = self._silences(visits)
        written = list(pool.map(lambda visit: self._note_silence(visit, silences), visits))
        current = [visit for visit, fine in zip(visits, written, strict=True) if fine]
        present = self._read(current, silences)
        changes = [self._changes(visit, present, silences) for visit in current]
        fine = list(pool.map(self._write, changes))
        again = self._silences(current)
        settled = [
            is_written and again.get(_number(visit), _NONE).version == silences.get(_number(visit), _NONE).version
            for visit, is_written in zip(current, fine, strict=True)
        ]
        after: dict[Key, Alarm] = {}
        for visit, changed, done in zip(current, changes, settled, strict=True):
            if done:
                after |= {key: present[key] for key in self._keys(visit, silences) if key in present}
                after |= {_key(change.alarm): change.alarm for change in changed}
        self._tell(list(after.values()), pool)
        for alarm in after.values():
            tally.add(alarm, self.runs)
        done_visits = {_number(visit) for visit, done in zip(current, settled, strict=True) if done}
        return [visit for visit in visits if _number(visit) not in done_visits]

    def _silences(self, visits: Iterable[Visit]) -> dict[str, SilentDays]:
        numbers = [_number(visit) for visit in visits if SILENCE in visit.codes]
        items = self.table.read(map(silence_key, numbers))
        return {number: silence_of(items.get(silence_key(number))) for number in numbers}

    def _note_silence(self, visit: Visit, silences: dict[str, SilentDays]) -> bool:
        number = _number(visit)
        if number not in silences:
            return True
        before = silences[number]
        after = before.with_day(self.day, visit.found.get(SILENCE))
        if after.version == before.version:
            return True
        oldest = (self.rules.change.at - timedelta(days=self.retention_days)).date()
        silences[number] = after = after.since(min(oldest, self.day))  # the day itself is kept, however old it is
        return self.table.put_silence(number, after, before.version, self._expires)

    def _keys(self, visit: Visit, silences: Mapping[str, SilentDays]) -> list[Key]:
        number = _number(visit)
        keys = [alarm_key(number, code, self.day) for code in visit.codes - {SILENCE}]
        if number in silences:
            keys += [alarm_key(number, SILENCE, first) for first in silences[number].touched_by(self.day)]
        return keys

    def _read(self, visits: Iterable[Visit], silences: Mapping[str, SilentDays]) -> dict[Key, Alarm]:
        items = self.table.read(key for visit in visits for key in self._keys(visit, silences))
        return {key: alarm_of(item) for key, item in items.items()}

    def _changes(self, visit: Visit, present: Mapping[Key, Alarm], silences: Mapping[str, SilentDays]) -> list[Changed]:
        number = _number(visit)
        mine = [present[key] for key in self._keys(visit, silences) if key in present]
        days = {alarm.code: alarm for alarm in mine if alarm.code != SILENCE}
        found = {code: each for code, each in visit.found.items() if code != SILENCE}
        changed = settled_day(visit.subject, self.day, found, days, self.rules)
        if number in silences:
            alarms = {alarm.date: alarm for alarm in mine if alarm.code == SILENCE}
            silent = silences[number]
            changed += settled_silence(visit.subject, silent, silent.touched_by(self.day), alarms, self.rules)
        return changed

    def _write(self, changed: Sequence[Changed]) -> bool:
        """Writes the alarms of a metering point in order. Returns False at the first one that has changed meanwhile."""
        return all(self.table.put_alarm(each.alarm, each.former, self._expires) for each in changed)

    def _tell(self, alarms: Sequence[Alarm], pool: ThreadPoolExecutor) -> None:
        telling = [alarm for alarm in alarms if alarm.unsent]
        if not telling:
            return
        send_events(
            self.queue.sqs, self.queue.url, [event for alarm in telling for event in alarm.unsent], self.queue.pause
        )
        for _ in pool.map(self.table.mark_sent, telling):
            pass

    @property
    def _expires(self) -> datetime:
        return self.rules.change.at + timedelta(days=self.retention_days)


_NONE = SilentDays()


def _number(visit: Visit) -> str:
    return visit.subject.metering_point


def _key(alarm: Alarm) -> Key:
    return alarm_key(alarm.metering_point, alarm.code, alarm.date)
