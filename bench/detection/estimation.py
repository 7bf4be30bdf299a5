"""Measures how far estimates are from the values that they stand for (`domain.estimation`).

It takes intervals away from clean days and estimates them again, with each method. Nothing is judged here: the rule is
asked directly. A day counts where its 3 latest like days out of the last 28 are complete.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

from bench.detection.series import DayValues, Subject
from domain.days import LocalDay
from domain.estimation import LIKE_DAYS, Given, Method, estimate, like_means
from lambdas.alerting.like_days import like_dates

LENGTHS = (timedelta(minutes=15), timedelta(hours=1), timedelta(hours=2), timedelta(hours=4), timedelta(days=1))
"""The lengths of the gaps. A gap of a day is the whole day."""


@dataclass
class Errors:
    """The errors of a method on a subject's gaps of one length. Energies are in kWh."""

    gaps: int = 0
    energy: float = 0.0
    """The sum of the true values."""
    distance: float = 0.0
    """The sum of the distances of each interval's estimate to its true value."""
    missed: float = 0.0
    """The sum of the distances of each gap's estimated energy to its true one."""

    def add(self, true: Sequence[float], estimated: Sequence[float]) -> None:
        """Adds a gap."""
        self.gaps += 1
        self.energy += sum(true)
        self.distance += sum(abs(mine - its) for mine, its in zip(true, estimated, strict=True))
        self.missed += abs(sum(true) - sum(estimated))


type Backtest = Mapping[tuple[timedelta, Method], Sequence[Errors]]
"""The errors of each subject by the length of the gap and the method."""


def backtest(subjects: Iterable[Subject], zone: ZoneInfo, seed: int, days: Collection[date] | None = None) -> Backtest:
    """Estimates one gap of each length on each of the days, with each method that may be used.

    Without `days` it takes all. The same seed gives the same.
    """
    found: dict[tuple[timedelta, Method], list[Errors]] = {}
    for subject in subjects:
        own: dict[tuple[timedelta, Method], Errors] = {}
        draw = Random(f"{seed} {subject.number}")  # noqa: S311  a place in a day, no secret
        for day, values in subject.days.items():
            if days is not None and day not in days:
                continue
            local = LocalDay(day, zone)
            due = [(start, subject.customer.meter.lengths.at(start)) for start in subject.customer.meter.due(local)]
            likes = list(_likes(subject, local, due[0][1]))
            if not values.is_complete or len(likes) < LIKE_DAYS:
                continue
            means = like_means(due, likes, zone)
            for length in LENGTHS:
                for method, true, estimated in _estimates(due, values, means, length, draw):
                    own.setdefault((length, method), Errors()).add(true, estimated)
        for key, errors in own.items():
            found.setdefault(key, []).append(errors)
    return found


_WHAT = """Intervals of clean days are taken away and estimated again (`domain/estimation.py`). The first figure is the
mean distance of an interval's estimate to its true value. The second one is the distance of a gap's energy to the true
one. Both are in percent of the true energy, the median of all subjects. The number of gaps is in brackets.
"""


def section(backtests: Mapping[str, Backtest]) -> str:
    """Returns the section of the document. `backtests` has the errors by the name of the set of subjects."""
    names = list(backtests)
    lines = [
        "## Error of the estimates\n",
        _WHAT,
        f"| gap | method | {' | '.join(names)} |",
        f"|---|---|{'---|' * len(names)}",
    ]
    for length in LENGTHS:
        for method in (Method.INTERPOLATION, Method.LIKE_DAYS):
            errors = [backtests[name].get((length, method), ()) for name in names]
            if any(errors):
                lines.append(f"| {_words(length)} | {method} | {' | '.join(map(_cell, errors))} |")
    return "\n".join(lines) + "\n"


def _likes(subject: Subject, day: LocalDay, minutes: int) -> Iterator[tuple[date, int, Sequence[float]]]:
    """Yields the latest like days of a subject that are complete."""
    known = (each for each in sorted(like_dates(day), reverse=True) if each in subject.days)
    complete = [each for each in known if subject.days[each].is_complete][:LIKE_DAYS]
    for each in complete:
        yield each, minutes, subject.days[each].energy


def _estimates(
    due: Sequence[tuple[datetime, int]],
    values: DayValues,
    means: Mapping[datetime, float],
    length: timedelta,
    draw: Random,
) -> Iterator[tuple[Method, list[float], list[float]]]:
    """Yields the method, the true values and the estimates of a gap of this length at a drawn place."""
    count = min(max(length // timedelta(minutes=due[0][1]), 1), len(due))
    first = draw.randrange(1, len(due) - count) if count < len(due) - 1 else 0
    gap = [start for start, _ in due[first : first + count]]
    true = dict(zip((start for start, _ in due), values.energy, strict=True))
    given = {start: Given(kwh) for start, kwh in true.items() if start not in gap}
    # With an outage at the ends there is no line, so like days are asked for short gaps too.
    outages = {start: Given(each.kwh, outage=True) for start, each in given.items()}
    for method, readings in ((Method.INTERPOLATION, given), (Method.LIKE_DAYS, outages)):
        found = estimate(due, readings, (), means)
        kwh = [found[start].kwh for start in gap if found[start].method is method]
        if len(kwh) == len(gap):
            yield method, [true[start] for start in gap], [value or 0.0 for value in kwh]


def _words(length: timedelta) -> str:
    hours = length / timedelta(hours=1)
    return "a day" if hours == 24 else f"{hours:g} h" if hours >= 1 else "1 interval"


def _cell(subjects: Sequence[Errors]) -> str:
    known = [errors for errors in subjects if errors.energy]
    if not known:
        return "-"
    distance = median(100 * errors.distance / errors.energy for errors in known)
    missed = median(100 * errors.missed / errors.energy for errors in known)
    return f"{distance:.1f}, {missed:.1f} ({sum(errors.gaps for errors in known):,})"
