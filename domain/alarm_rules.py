"""The alarm rules: what a day's readings of one customer are checked for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from domain.alarms import Alarm, ErrorType
from domain.customers import Customer
from domain.days import LocalDay, format_instant
from domain.readings import NETWORK_PARAMETERS

FIRST_MISSING = 10
"""How many of the missing intervals an alarm names."""


@dataclass(frozen=True)
class ReportedDay:
    """What a customer reported for a day."""

    readings: int
    """The readings stored."""
    received: Collection[datetime]
    """The interval starts (aware) that they cover."""
    readings_without_parameters: int = 0
    """The readings that lack at least one network parameter."""
    missing_parameters: tuple[str, ...] = ()
    """The network parameters (by column) that at least one reading lacks."""


NOTHING = ReportedDay(0, ())
"""A silent customer's day."""


def check(customer: Customer, day: LocalDay, reported: ReportedDay) -> list[Alarm]:
    """The alarms that a customer's day gives, in the order MCD, ICD, MNP. An inactive customer has none."""
    if not customer.active:
        return []
    checks = (missing_consumption(customer, day, reported), incomplete_consumption(customer, day, reported))
    found = [*checks, missing_parameters(customer, day, reported)]
    return [alarm for alarm in found if alarm is not None]


def missing_consumption(customer: Customer, day: LocalDay, reported: ReportedDay) -> Alarm | None:
    """MCD: no reading at all. Details: `expected_intervals`."""
    if reported.readings or not day.intervals:
        return None
    return Alarm(day.date, ErrorType.MCD, customer, {"expected_intervals": len(day.intervals)})


def incomplete_consumption(customer: Customer, day: LocalDay, reported: ReportedDay) -> Alarm | None:
    """ICD: some reading, but not every interval of the day.

    Details: `expected_intervals`, `received_intervals`, `missing_intervals` (counts) and
    `first_missing_intervals` (the earliest ten starts, UTC).
    """
    received = set(reported.received)
    missing = [interval for interval in day.intervals if interval not in received]
    if not reported.readings or not missing:
        return None
    details = {
        "expected_intervals": len(day.intervals),
        "received_intervals": len(day.intervals) - len(missing),
        "missing_intervals": len(missing),
        "first_missing_intervals": [format_instant(interval) for interval in missing[:FIRST_MISSING]],
    }
    return Alarm(day.date, ErrorType.ICD, customer, details)


def missing_parameters(customer: Customer, day: LocalDay, reported: ReportedDay) -> Alarm | None:
    """MNP: a customer who must report the network parameters has a reading that lacks any of the four.

    Details: `readings`, `readings_without_parameters` (counts) and `missing_parameters` (their columns).
    """
    if not customer.type.must_report_parameters or not reported.readings_without_parameters:
        return None
    lacking = set(reported.missing_parameters)
    details = {
        "readings": reported.readings,
        "readings_without_parameters": reported.readings_without_parameters,
        "missing_parameters": [p.column for p in NETWORK_PARAMETERS if p.column in lacking],
    }
    return Alarm(day.date, ErrorType.MNP, customer, details)
