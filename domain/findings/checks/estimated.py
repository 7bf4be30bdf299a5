"""EST finds a metering point whose values have been estimated or edited for many days in a row.

Fires: the fourth day in a row has at least one reading of quality `estimated` or `edited`.
Does not fire: the third day in a row has such readings. The fourth does not where the day before had none.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, Evidence, ReportedDay, Severity
from domain.findings.measures import days_in_a_row
from domain.findings.parameters import Parameter, Values

PARAMETERS = (Parameter("days", "days", "more than so many days in a row have such values, at most 6", 3.0, most=6.0),)


def judge(_customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `days` in a row up to this one, at most 7, and `readings`, how many of this day's are such."""
    found = [reading for reading in reported.values if reading.quality in ("estimated", "edited")]
    days = (reported.past.get("estimated_days") or 0) + 1
    if not found or days <= values["days"]:
        return None
    return Evidence({"days": days, "readings": len(found)}, [reading.start for reading in found])


def in_words(details: Details) -> str:
    """For example: estimated or edited values for 4 days."""
    return f"estimated or edited values for {details['days']} days"


CHECK = Check(
    code="EST",
    title="prolonged estimation",
    finds="estimated or edited values for more than 3 days in a row",
    suspect="estimated AND coalesce(estimated_days, 0) + 1 > {days}",
    judge=judge,
    in_words=in_words,
    severity=Severity.NOTE,
    parameters=PARAMETERS,
    measures={"estimated": "bool_or(quality IN ('estimated', 'edited'))"},
    remembered={"estimated": "BOOLEAN"},
    history={"estimated_days": days_in_a_row("estimated")},
)
