"""This folder holds the checks of a customer's day. This file is the registry. Every other list of codes follows it.

| file | holds |
|---|---|
| `check.py` | the shape of a check, and the reported day that it judges |
| `missing_consumption.py` | MCD: no reading at all |
| `incomplete_consumption.py` | ICD: some readings, but not every interval |
| `missing_parameters.py` | MNP: readings without the network parameters that the customer must report |

To add a check, write its file and add it to `CHECKS`. Its pre-filter and its judgement are in that one file, because a
judgement only ever sees the days that a pre-filter selects. `lambdas/alerting/reported_days.py` builds the query from
`CHECKS`. Terraform names no code. `tests/unit/domain/test_findings.py` holds this.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import NOTHING, Check, Details, ReportedDay
from domain.findings.incomplete_consumption import INCOMPLETE_CONSUMPTION
from domain.findings.missing_consumption import MISSING_CONSUMPTION
from domain.findings.missing_parameters import MISSING_PARAMETERS

CHECKS: tuple[Check, ...] = (MISSING_CONSUMPTION, INCOMPLETE_CONSUMPTION, MISSING_PARAMETERS)
"""Every check, in the order in which findings are published."""

CODES = tuple(check.code for check in CHECKS)
BY_CODE = {check.code: check for check in CHECKS}

__all__ = [
    "BY_CODE",
    "CHECKS",
    "CODES",
    "INCOMPLETE_CONSUMPTION",
    "MISSING_CONSUMPTION",
    "MISSING_PARAMETERS",
    "NOTHING",
    "Check",
    "Details",
    "ReportedDay",
    "judge",
]


def judge(customer: Customer, day: LocalDay, reported: ReportedDay) -> list[tuple[Check, Details]]:
    """Returns each check that finds something, with its details. Nothing is found on an inactive customer."""
    if not customer.active:
        return []
    judged = ((check, check.judge(customer, day, reported)) for check in CHECKS)
    return [(check, details) for check, details in judged if details is not None]
