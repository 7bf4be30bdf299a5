"""A check is one object. It has parameters, the SQL that selects the days to judge, the judgement, and the words."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from domain.customers import Customer
from domain.days import LocalDay, format_instant
from domain.findings.parameters import Parameter, Values

type Details = dict[str, Any]
"""JSON values that explain a finding. Each check documents its own."""

MOST_INTERVALS = 10
"""The number of intervals that a finding names."""


class Severity(StrEnum):
    """Whether people are told of a finding."""

    ALARM = "alarm"  # people are told, and the day is no like day of later days
    NOTE = "note"  # the finding is published only


@dataclass(frozen=True, slots=True)
class DueReading:
    """A due reading of the judged day. None stands for a value that was not reported."""

    start: datetime
    """The start of the interval, in UTC."""
    minutes: int
    kwh: float
    voltage: float | None = None
    frequency: float | None = None
    voltage_drops: int | None = None
    down_time_seconds: int | None = None
    quality: str = "measured"


@dataclass(frozen=True, slots=True)
class LikeDay:
    """An earlier day of the same kind without findings of severity alarm."""

    date: date
    kwh: float
    minutes: int
    """The length of its intervals."""
    values: tuple[float, ...]
    """The consumption in kWh of each interval. A like day is complete."""


@dataclass(frozen=True)
class ReportedDay:
    """A summary of the due readings that a customer reported for a day.

    A reading is due where its start and its length are the ones of a due interval. Other readings of the day, such as
    those outside the customer's supply, are stored and published, but no check judges them.
    """

    readings: int
    """The number of due readings."""
    received: Collection[datetime]
    """The interval starts (aware) that the due readings cover."""
    measured: Mapping[str, Any] = field(default_factory=dict)
    """The values of the checks' own measures, by name. It is empty where there are no readings."""
    values: Sequence[DueReading] = ()
    """The due readings, in order."""
    like_days: Sequence[LikeDay] = ()
    """The latest `LATEST_LIKE_DAYS` like days, the newest first. It is empty where the last 28 days have fewer."""
    past: Mapping[str, Any] = field(default_factory=dict)
    """What the checks' own histories say of the days before, by name. A value is None where no day before says it."""


NOTHING = ReportedDay(0, ())
"""The day of a customer who sent nothing."""

LATEST_LIKE_DAYS = 3
"""The number of like days that a day is compared with. With fewer of them it is compared with none."""


@dataclass(frozen=True)
class Evidence:
    """What a judgement found."""

    details: Details
    intervals: Sequence[datetime]
    """The starts of the intervals that show it, in order. The first `MOST_INTERVALS` are published."""

    def named(self) -> list[str]:
        """Returns the starts that are published, in UTC."""
        return [format_instant(start) for start in self.intervals[:MOST_INTERVALS]]


@dataclass(frozen=True)
class Check:
    """A check of one customer's day.

    A pre-filter in SQL keeps most days away from the judgement. It may select too many days. It must never hide a day
    for which the judgement finds something. `tests/unit/domain/findings/test_pre_filters.py` holds this for every
    check.

    In `suspect` and in the measures, `{name}` stands for the value of the parameter `name` for the customer's type.
    """

    code: str
    """The error type in messages, object keys and e-mails. Published codes never change."""
    title: str
    """The code in words."""
    finds: str
    """What the check finds, in a few words for a table."""
    suspect: str
    """The SQL condition of the pre-filter, in DuckDB's dialect. Null counts as false.

    It sees the columns `expected` (the number of due intervals), `readings` (the number of due readings, null where
    there are none), `type` and `contracted_kw` of the customer, and the check's own measures and histories.
    """
    judge: Callable[[Customer, LocalDay, ReportedDay, Values], Evidence | None]
    """Returns the evidence of a finding, or none. The customer is active. The values are those of the parameters."""
    in_words: Callable[[Details], str]
    """Says a finding's details in a few words."""
    severity: Severity = Severity.ALARM
    order: int = 10
    """Findings are published in this order, and then by code."""
    version: int = 1
    """It grows when the judgement changes."""
    parameters: tuple[Parameter, ...] = ()
    measures: Mapping[str, str] = field(default_factory=dict)
    """Further SQL aggregates of a customer's due readings that the check needs, by name.

    They see each reading's columns, and `kwh` and `kw` (DOUBLE), `slot` (its 5 minutes of the day, from 0), `former`
    (the consumption of the due reading before, null at the first one), `run` (how many due readings in a row, up to
    this one, have this consumption) and `phase` (the time of the day as an angle). Checks that share a name must mean
    the same aggregate.
    """
    remembered: Mapping[str, str] = field(default_factory=dict)
    """The measures that later days need, by name, with their types in DuckDB's names. The days part has them."""
    history: Mapping[str, str] = field(default_factory=dict)
    """SQL aggregates of the customer's earlier days that the check needs, by name.

    They see the columns of the days part, and `days_ago` (1 for the day before) and `is_like`: the day is of the same
    kind as the judged one, and without findings of severity alarm. The days are like days out of the last 28, and all
    of the last 7.
    """
    yields_to: tuple[str, ...] = ()
    """The codes of checks that explain the same fault better. Where one of them finds something, this one is silent."""
