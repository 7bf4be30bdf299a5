"""Judges the clean days and each fault, and counts which are found."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from bench.detection.faults import FAULTS, Fault, Planting
from bench.detection.judging import Judge
from bench.detection.series import DayValues, Subject
from domain.findings import BY_CODE, Severity
from lambdas.runtime.duck import open_duckdb

MEMORY_MIB = 1_024

type Clean = Mapping[date, Mapping[str, frozenset[str]]]
"""The codes that were found on the clean days, by day and number."""


@dataclass
class Share:
    """How many plantings of a fault were found, and by which checks."""

    planted: int = 0
    found: int = 0
    """How many were found by a check that is meant to, or by any alarm where none is."""
    alarmed: int = 0
    """How many raised any alarm."""
    by_code: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Share") -> None:
        """Adds the counts of another share."""
        self.planted += other.planted
        self.found += other.found
        self.alarmed += other.alarmed
        self.by_code.update(other.by_code)

    @property
    def percent(self) -> float:
        """The share found in percent."""
        return 100 * self.found / self.planted if self.planted else 0.0


@dataclass
class Power:
    """The counts of one set of subjects."""

    subjects: int
    clean_days: int = 0
    false_alarms: Counter[str] = field(default_factory=Counter)
    """The findings on clean days, by code."""
    alarmed_days: int = 0
    """The clean days with at least one finding of severity alarm."""
    false_days: list[tuple[str, str, date, tuple[str, ...]]] = field(default_factory=list)
    """The group, the number, the day and the codes of each of them."""
    shares: dict[str, Share] = field(default_factory=dict)

    @property
    def alarms(self) -> int:
        """The findings of severity alarm on clean days."""
        return sum(count for code, count in self.false_alarms.items() if _is_alarm(code))

    @property
    def per_thousand(self) -> float:
        """The alarms in 1,000 clean days of a customer."""
        return 1_000 * self.alarms / self.clean_days if self.clean_days else 0.0


@dataclass(frozen=True)
class Plan:
    """Which days count as clean, and on which days faults are planted."""

    clean: frozenset[date]
    planted: tuple[date, ...]
    faults: Sequence[Fault] = FAULTS


def measure(subjects: Sequence[Subject], plan: Plan, zone: ZoneInfo, seed: int) -> Power:
    """Judges all clean days in order, and then each fault on each day of the plan."""
    power = Power(len(subjects))
    with TemporaryDirectory(prefix="detection-") as directory, open_duckdb(Path(directory), MEMORY_MIB) as duck:
        judge = Judge(duck, Path(directory), zone)
        history, clean = _judge_clean(judge, subjects, plan, power)
        for fault in plan.faults:
            share = power.shares.setdefault(fault.name, Share())
            for day in plan.planted:
                changed = plant(subjects, fault, day, zone, seed)
                share.add(_judge_fault(judge, subjects, changed, fault, (history, clean)))
    return power


def _judge_clean(
    judge: Judge, subjects: Sequence[Subject], plan: Plan, power: Power
) -> tuple[dict[date, Path], dict[date, Mapping[str, frozenset[str]]]]:
    """Returns the files of the days' rows, and the codes found on each day."""
    history: dict[date, Path] = {}
    clean: dict[date, Mapping[str, frozenset[str]]] = {}
    for day in sorted({day for subject in subjects for day in subject.days}):
        here = [subject for subject in subjects if day in subject.days]
        found = judge.judge(day, [(subject.customer, subject.days[day]) for subject in here], history)
        history[day], clean[day] = found.days, found.codes
        if day not in plan.clean:
            continue
        for subject in here:
            if not subject.days[day].is_complete:  # a real gap is a finding, and no false alarm
                continue
            codes = found.codes.get(subject.number, frozenset())
            power.clean_days += 1
            power.false_alarms.update(codes)
            if any(map(_is_alarm, codes)):
                power.alarmed_days += 1
                power.false_days.append((subject.group, subject.number, day, tuple(sorted(codes))))
    return history, clean


def _judge_fault(
    judge: Judge,
    subjects: Sequence[Subject],
    changed: Mapping[str, Mapping[date, DayValues]],
    fault: Fault,
    known: tuple[Mapping[date, Path], Clean],
) -> Share:
    """Judges the changed days of each subject. A finding counts where the clean day does not have it."""
    history, clean = known
    new: dict[str, set[str]] = {number: set() for number in changed}
    past = dict(history)
    for each in sorted({each for days in changed.values() for each in days}):
        planted = [subject for subject in subjects if each in changed.get(subject.number, ())]
        given = [(subject.customer, changed[subject.number][each]) for subject in planted]
        found = judge.judge(each, given, past)
        past[each] = found.days
        for number, codes in found.codes.items():
            new[number] |= codes - clean[each].get(number, frozenset())
    share = Share(planted=len(changed))
    for found_codes in new.values():
        alarms = {code for code in found_codes if _is_alarm(code)}
        share.by_code.update(found_codes)
        share.alarmed += bool(alarms)
        share.found += bool(found_codes.intersection(fault.finds) if fault.finds else alarms)
    return share


def plant(
    subjects: Sequence[Subject], fault: Fault, day: date, zone: ZoneInfo, seed: int
) -> dict[str, Mapping[date, DayValues]]:
    """Returns the changed days of each subject on which the fault can be planted."""
    planted: dict[str, Mapping[date, DayValues]] = {}
    for subject in subjects:
        if day not in subject.days or not subject.days[day].is_complete:
            continue
        random = Random(f"{seed} {fault.name} {day} {subject.number}")  # noqa: S311
        others = [each for each in subjects if each.group == subject.group and each is not subject]
        other = random.choice(others) if others else None
        changed = fault.change(Planting(subject, day, zone, random, other))
        if changed is not None:
            planted[subject.number] = changed
    return planted


def _is_alarm(code: str) -> bool:
    return BY_CODE[code].severity is Severity.ALARM


def days_between(first: date, last: date) -> list[date]:
    """Returns the days from the first to the last, both included."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def together(shares: Iterable[Share]) -> Share:
    """Returns the sum of shares."""
    total = Share()
    for share in shares:
        total.add(share)
    return total
