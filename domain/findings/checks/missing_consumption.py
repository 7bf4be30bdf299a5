"""MCD finds a day without any reading, when at least one was due.

Fires: a customer sent nothing for 29 March 2026, when 92 quarter-hours were due.
Does not fire: the customer sent 1 of the 92 readings. The check for incomplete consumption data finds that day.
It does not fire for a day before the customer's supply began either.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, Evidence, ReportedDay
from domain.findings.parameters import Values


def judge(customer: Customer, day: LocalDay, reported: ReportedDay, _values: Values) -> Evidence | None:
    """Details: `expected_intervals`, a count."""
    due = customer.meter.due(day)
    if reported.readings or not due:
        return None
    return Evidence({"expected_intervals": len(due)}, due)


def in_words(details: Details) -> str:
    """For example: no reading, 92 were due."""
    return f"no reading, {details['expected_intervals']} were due"


CHECK = Check(
    code="MCD",
    title="missing consumption data",
    finds="an active customer without any due reading that day",
    suspect="readings IS NULL AND expected > 0",
    judge=judge,
    order=1,
    in_words=in_words,
)
