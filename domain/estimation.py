"""Decides the value to use for each due interval of a day: the reading where it is good, else an estimate.

A value is wrong where a check shows that it cannot be true. It is questionable where it may be true: a customer may be
away, or draw more than the contract allows. A questionable value is used.

| method | used for |
|---|---|
| `reading` | an interval with a value that is not wrong |
| `interpolation` | a gap of at most 2 h between 2 good readings, the line between them |
| `like_days` | any other gap, the mean of the 3 latest like days at the same local time, at most 7 days in a row |

A gap is a run of due intervals that follow each other, each without a value or with a wrong one. An interval with an
outage is no end of a line, because its energy is not that of its whole time. The 2 h are the rule of the California
PUC's standards for metering data. The codes are those of ESPI 4.0, `QualityOfReading`.

The values are rounded to 6 decimals, half to even, as a reading's own are.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum, StrEnum
from statistics import fmean
from zoneinfo import ZoneInfo

from domain.days import LocalDay
from domain.intervals import IntervalLengths, interval_starts

WRONG = frozenset({"FLT", "OUT", "OVF", "REG", "SHF", "SPK", "UNI"})
"""The codes of the checks that show values which cannot be true."""

QUESTIONABLE = frozenset({"CAP", "HIL", "ZER"})
"""The codes of the checks that show values which may be true."""

GAPS = frozenset({"ICD", "MCD"})
"""The codes of the checks that show intervals without a value."""

LONGEST_LINE = timedelta(hours=2)
LIKE_DAYS = 3
"""The number of like days whose mean is an estimate."""

MOST_DAYS = 7
"""After so many days in a row with gaps or wrong values, like days are no estimate any more."""

DECIMALS = 6


class Quality(IntEnum):
    """ESPI's `QualityOfReading`."""

    VALID = 0
    EDITED = 7
    LIKE_DAYS = 8
    INTERPOLATED = 9
    QUESTIONABLE = 10
    RAW = 14


class Method(StrEnum):
    """The origin of a value to use."""

    READING = "reading"
    INTERPOLATION = "interpolation"
    LIKE_DAYS = "like_days"


QUALITY_OF_SENDER: Mapping[str, Quality] = {
    "measured": Quality.VALID,
    "estimated": Quality.LIKE_DAYS,
    "edited": Quality.EDITED,
}
"""The code of a good value by what its sender says of it. A sender does not say how a value was estimated. ESPI has no
code for that, so it gets the one of the more usual method."""


@dataclass(frozen=True, slots=True)
class Given:
    """A due reading: its energy in kWh, and whether it had an outage."""

    kwh: float
    outage: bool = False


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate in kWh and its method. Both are None where the value is missing."""

    kwh: float | None = None
    method: Method | None = None


MISSING = Estimate()


def estimate(
    due: Sequence[tuple[datetime, int]],
    given: Mapping[datetime, Given],
    wrong: Collection[datetime],
    like: Mapping[datetime, float],
) -> dict[datetime, Estimate]:
    """Returns an estimate for each due interval without a good value, in order.

    `due` has the starts and lengths in minutes, in order. `given` has the due readings by their start. `wrong` has the
    starts of wrong values. `like` has the mean of the like days by the start, as far as it may be used (`like_means`).
    """
    estimates: dict[datetime, Estimate] = {}
    for first, last in _gaps(due, given, wrong):
        gap = due[first : last + 1]
        line = _line(due, given, first, last)
        for index, (start, _) in enumerate(gap):
            if line is not None:
                estimates[start] = Estimate(round(line[index], DECIMALS), Method.INTERPOLATION)
            elif start in like:
                estimates[start] = Estimate(round(like[start], DECIMALS), Method.LIKE_DAYS)
            else:
                estimates[start] = MISSING
    return estimates


def like_means(
    due: Sequence[tuple[datetime, int]], days: Iterable[tuple[date, int, Sequence[float]]], zone: ZoneInfo
) -> dict[datetime, float]:
    """Returns the mean of the like days for each due interval for which at least `LIKE_DAYS` days have a value.

    A day has its date, the length of its intervals in minutes, and the value of each interval. An incomplete day does
    not count. The values are compared by length and by the clock on the wall. So an hour that comes twice counts once.
    """
    found: dict[tuple[time, int], list[float]] = {}
    for day, minutes, values in days:
        starts = interval_starts(LocalDay(day, zone), IntervalLengths(minutes))
        if len(starts) != len(values):
            continue
        by_clock = {start.astimezone(zone).time(): value for start, value in zip(starts, values, strict=True)}
        for clock, value in by_clock.items():
            found.setdefault((clock, minutes), []).append(value)
    means = {key: fmean(values) for key, values in found.items() if len(values) >= LIKE_DAYS}
    keys = ((start, (start.astimezone(zone).time(), minutes)) for start, minutes in due)
    return {start: means[key] for start, key in keys if key in means}


def _gaps(
    due: Sequence[tuple[datetime, int]], given: Mapping[datetime, Given], wrong: Collection[datetime]
) -> Iterator[tuple[int, int]]:
    """Yields the first and the last index of each gap. Intervals that do not touch are different gaps."""
    first = None
    for index, (start, _) in enumerate(due):
        is_good = start in given and start not in wrong
        touches = index > 0 and _end(due[index - 1]) == start
        if first is not None and (is_good or not touches):
            yield first, index - 1
            first = None
        if first is None and not is_good:
            first = index
    if first is not None:
        yield first, len(due) - 1


def _line(
    due: Sequence[tuple[datetime, int]], given: Mapping[datetime, Given], first: int, last: int
) -> list[float] | None:
    """Returns the values on the line between the readings before and after the gap, or None where there is no line."""
    if first == 0 or last == len(due) - 1:
        return None
    before, after, gap = due[first - 1], due[last + 1], due[first : last + 1]
    if (
        _end(before) != gap[0][0]
        or _end(gap[-1]) != after[0]
        or len({minutes for _, minutes in (before, *gap, after)}) > 1
    ):
        return None
    if _end(gap[-1]) - gap[0][0] > LONGEST_LINE or given[before[0]].outage or given[after[0]].outage:
        return None
    low, high, steps = given[before[0]].kwh, given[after[0]].kwh, len(gap) + 1
    return [low + (high - low) * step / steps for step in range(1, steps)]


def _end(interval: tuple[datetime, int]) -> datetime:
    start, minutes = interval
    return start + timedelta(minutes=minutes)
