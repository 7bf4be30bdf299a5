"""ZER finds an active customer's day without any consumption, when no down time was reported.

Fires: a shop reports 96 times 0 kWh. A household does so on 2 days in a row.
Does not fire: a household reports one day of zeros. A shop reports zeros with a down time of 900 s in 40 quarter-hours.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, Evidence, ReportedDay
from domain.findings.measures import days_in_a_row
from domain.findings.parameters import Parameter, Values

PARAMETERS = (
    Parameter("days", "days", "so many days in a row are zero, at most 7", 1.0, {"HH": 2.0}, least=1.0, most=7.0),
    Parameter("received_percent", "%", "at least this share of the due readings is there", 90.0),
)


def judge(_customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `days`, the number of zero days in a row up to this one, at most 7."""
    expected = reported.measured.get("expected", 0)
    if not reported.values or reported.readings * 100 < values["received_percent"] * expected:
        return None
    if any(reading.kwh > 0 or reading.down_time_seconds for reading in reported.values):
        return None
    days = (reported.past.get("zero_days") or 0) + 1
    if days < values["days"]:
        return None
    return Evidence({"days": days}, [reading.start for reading in reported.values])


def in_words(details: Details) -> str:
    """For example: no consumption for 2 days."""
    return f"no consumption for {details['days']} {'day' if details['days'] == 1 else 'days'}"


CHECK = Check(
    code="ZER",
    title="zero consumption",
    finds="a whole day of an active customer is zero, without reported down time",
    suspect="zero AND coalesce(zero_days, 0) + 1 >= {days} AND readings * 100 >= {received_percent} * expected",
    judge=judge,
    in_words=in_words,
    parameters=PARAMETERS,
    measures={"zero": "max(kwh) = 0 AND coalesce(max(down_time_seconds), 0) = 0"},
    remembered={"zero": "BOOLEAN"},
    history={"zero_days": days_in_a_row("zero")},
)
