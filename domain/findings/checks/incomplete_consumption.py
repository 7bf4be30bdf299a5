"""ICD finds a day with some readings, but not one for every due interval.

Fires: a customer sent 96 readings for 25 October 2026, which has 100 quarter-hours in Zagreb.
Does not fire: the customer sent all 100 readings. It does not fire for a day without any reading either, which the
check for missing consumption data finds. A customer with hourly intervals owes 25 readings for that day. A customer who
moved in at 10:00 owes 56 quarter-hours.
"""

from datetime import datetime

from domain.customers import Customer
from domain.days import LocalDay, format_instant
from domain.findings.check import MOST_INTERVALS, Check, Details, Evidence, ReportedDay
from domain.findings.parameters import Values


def judge(customer: Customer, day: LocalDay, reported: ReportedDay, _values: Values) -> Evidence | None:
    """Details: `expected_intervals`, `received_intervals`, `missing_intervals`, `first_missing_intervals`.

    The first three are counts. The last has the earliest `MOST_INTERVALS` starts, in UTC.
    """
    received = set(reported.received)
    due = customer.meter.due(day)
    missing = [interval for interval in due if interval not in received]
    if not reported.readings or not missing:
        return None
    details = {
        "expected_intervals": len(due),
        "received_intervals": len(due) - len(missing),
        "missing_intervals": len(missing),
        "first_missing_intervals": [format_instant(interval) for interval in missing[:MOST_INTERVALS]],
    }
    return Evidence(details, missing)


def in_words(details: Details) -> str:
    """For example: 7 of 96 intervals missing, the first at 01:00 UTC."""
    first = datetime.fromisoformat(details["first_missing_intervals"][0])
    missing, due = details["missing_intervals"], details["expected_intervals"]
    return f"{missing} of {due} intervals missing, the first at {first:%H:%M} UTC"


CHECK = Check(
    code="ICD",
    title="incomplete consumption data",
    finds="an active customer with some of the due readings of the day, but not all",
    suspect="readings < expected",
    judge=judge,
    order=2,
    in_words=in_words,
)
