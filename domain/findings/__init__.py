"""This folder holds the checks of a customer's day. This file is the registry. Every other list of codes follows it.

| file | holds |
|---|---|
| `check.py` | the shape of a check, and the reported day that it judges |
| `parameters.py` | the parameters of the checks, and how SQL gets them |
| `measures.py` | the SQL that several checks share |
| `checks/` | one file for each check |

To add a check, write its file in `checks/` and its cases in `tests/unit/domain/findings/cases/`. The registry finds
the file by itself. Its pre-filter and its judgement are in that one file, because a judgement only ever sees the days
that a pre-filter selects. `lambdas/alerting/` builds its queries from `CHECKS`. Terraform names no code.
`tests/unit/domain/findings/` holds this.
"""

from collections.abc import Collection
from dataclasses import dataclass

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings import checks
from domain.findings.check import NOTHING, Check, Details, DueReading, Evidence, LikeDay, ReportedDay, Severity
from domain.findings.checks import *  # noqa: F403  it imports every file of the folder
from domain.findings.parameters import Parameters, Values

CHECKS: tuple[Check, ...] = tuple(
    sorted((vars(checks)[name].CHECK for name in checks.__all__), key=lambda check: (check.order, check.code))
)
"""Every check, in the order in which findings are published."""

CODES = tuple(check.code for check in CHECKS)
BY_CODE = {check.code: check for check in CHECKS}

DEFAULTS = Parameters(CHECKS)
"""The parameters with which the pipeline judges."""

MISSING_CONSUMPTION, INCOMPLETE_CONSUMPTION, MISSING_PARAMETERS = BY_CODE["MCD"], BY_CODE["ICD"], BY_CODE["MNP"]

__all__ = [
    "BY_CODE",
    "CHECKS",
    "CODES",
    "DEFAULTS",
    "INCOMPLETE_CONSUMPTION",
    "MISSING_CONSUMPTION",
    "MISSING_PARAMETERS",
    "NOTHING",
    "Check",
    "Details",
    "DueReading",
    "Evidence",
    "Finding",
    "LikeDay",
    "Parameters",
    "ReportedDay",
    "Severity",
    "judge",
]


@dataclass(frozen=True)
class Finding:
    """What a check found on a customer's day, and the values of the parameters with which it judged."""

    check: Check
    parameters: Values
    evidence: Evidence

    @property
    def code(self) -> str:
        """The check's code."""
        return self.check.code

    @property
    def details(self) -> Details:
        """The JSON values that explain it."""
        return self.evidence.details


def judge(
    customer: Customer,
    day: LocalDay,
    reported: ReportedDay,
    parameters: Parameters = DEFAULTS,
    codes: Collection[str] = CODES,
) -> list[Finding]:
    """Returns what the checks of these codes find, in their order. Nothing is found on an inactive customer.

    A check that yields to another one finds nothing where the other one does.
    """
    if not customer.active:
        return []
    found: list[Finding] = []
    for check in CHECKS:
        if check.code not in codes:
            continue
        values = parameters.of(check.code, customer.type)
        if evidence := check.judge(customer, day, reported, values):
            found.append(Finding(check, values, evidence))
    explained = {finding.code for finding in found}
    return [finding for finding in found if explained.isdisjoint(finding.check.yields_to)]
