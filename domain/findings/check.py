"""A check is one object. It has the SQL that selects the days to judge, the judgement, and the words."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.customers import Customer
from domain.days import LocalDay

type Details = dict[str, Any]
"""JSON values that explain a finding. Each check documents its own."""


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


NOTHING = ReportedDay(0, ())
"""The day of a customer who sent nothing."""


@dataclass(frozen=True)
class Check:
    """A check of one customer's day.

    A pre-filter in SQL keeps most days away from the judgement. It may select too many days. It must never hide a day
    for which the judgement finds something: `tests/unit/domain/test_findings_model.py` holds this for every check.
    """

    code: str
    """The error type in messages, object keys and e-mails. Published codes never change."""
    title: str
    """The code in words."""
    suspect: str
    """The SQL condition of the pre-filter, in DuckDB's dialect.

    It sees the columns `expected` (the number of due intervals), `readings` (the number of due readings, null where
    there are none) and the check's own measures.
    """
    judge: Callable[[Customer, LocalDay, ReportedDay], Details | None]
    """Returns the details of a finding, or none. The customer is active."""
    in_words: Callable[[Details], str]
    """Says a finding's details in a few words."""
    measures: Mapping[str, str] = field(default_factory=dict)
    """Further SQL aggregates of a customer's readings that the check needs, by name.

    Checks that share a name must mean the same aggregate.
    """
