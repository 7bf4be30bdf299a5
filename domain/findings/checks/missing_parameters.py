"""MNP finds a day with readings that lack a network parameter which the customer must report.

Fires: an industrial customer sent 92 readings, and 1 of them has no count of voltage drops.
Does not fire: a household (type HH) sent 92 readings without any network parameter, as it need not report them.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, DueReading, Evidence, ReportedDay
from domain.findings.parameters import Values
from domain.readings import NETWORK_PARAMETERS

COLUMNS = tuple(parameter.column for parameter in NETWORK_PARAMETERS)
_WORDS = {
    "average_voltage_v": "average voltage",
    "average_frequency_hz": "average frequency",
    "voltage_drops": "voltage drops",
    "down_time_seconds": "down time",
}
INCOMPLETE = "readings_without_parameters"
"""The measure: how many readings lack at least one network parameter."""
LACKING = "missing_parameters"
"""The measure: the columns that at least one reading lacks, with nulls in place of the other columns."""


def judge(customer: Customer, _day: LocalDay, reported: ReportedDay, _values: Values) -> Evidence | None:
    """Details: `readings`, `readings_without_parameters` (counts) and `missing_parameters` (columns)."""
    incomplete = reported.measured.get(INCOMPLETE, 0)
    if not customer.type.must_report_parameters or not incomplete:
        return None
    lacking = set(reported.measured[LACKING])
    details = {
        "readings": reported.readings,
        "readings_without_parameters": incomplete,
        "missing_parameters": [column for column in COLUMNS if column in lacking],
    }
    return Evidence(details, [reading.start for reading in reported.values if _lacks_parameter(reading)])


def _lacks_parameter(reading: DueReading) -> bool:
    measured = (reading.voltage, reading.frequency, reading.voltage_drops, reading.down_time_seconds)
    return any(value is None for value in measured)


def in_words(details: Details) -> str:
    """For example: 4 of 96 readings lack average voltage, voltage drops."""
    names = [_WORDS[name] for name in details["missing_parameters"]]
    lacking = "network parameters, all four" if len(names) == len(COLUMNS) else ", ".join(names)
    return f"{details['readings_without_parameters']} of {details['readings']} readings lack {lacking}"


CHECK = Check(
    code="MNP",
    title="missing network parameters",
    finds="an active customer of type HHP, I, C or P whose due readings lack network parameters",
    suspect=f"{INCOMPLETE} > 0",
    judge=judge,
    order=3,
    in_words=in_words,
    measures={
        INCOMPLETE: f"count(*) FILTER ({' OR '.join(f'{column} IS NULL' for column in COLUMNS)})",
        LACKING: f"[{', '.join(f"CASE WHEN bool_or({column} IS NULL) THEN '{column}' END" for column in COLUMNS)}]",
    },
)
