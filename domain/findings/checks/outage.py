"""OUT finds consumption in an interval in which the supply was off.

Fires: a quarter-hour has 0.4 kWh and a down time of 900 s. A quarter-hour has 0.4 kWh at 0 V.
Does not fire: a quarter-hour has 0.1 kWh and a down time of 600 s.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, DueReading, Evidence, ReportedDay
from domain.findings.parameters import Parameter, Values

PARAMETERS = (Parameter("least_kwh", "kWh", "an interval without supply has more than this", 0.0),)


def judge(_customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `intervals` (a count) and `kwh`, their consumption."""
    found = [reading for reading in reported.values if reading.kwh > values["least_kwh"] and _is_off(reading)]
    if not found:
        return None
    details = {"intervals": len(found), "kwh": round(sum(reading.kwh for reading in found), 6)}
    return Evidence(details, [reading.start for reading in found])


def _is_off(reading: DueReading) -> bool:
    return reading.voltage == 0 or (reading.down_time_seconds or 0) >= reading.minutes * 60


def in_words(details: Details) -> str:
    """For example: 0.4 kWh in 1 interval without supply."""
    count = details["intervals"]
    return f"{details['kwh']:g} kWh in {count} {'interval' if count == 1 else 'intervals'} without supply"


CHECK = Check(
    code="OUT",
    title="consumption without supply",
    finds="consumption in an interval of down time, or at 0 V",
    suspect="used_without_supply > {least_kwh}",
    judge=judge,
    in_words=in_words,
    parameters=PARAMETERS,
    measures={
        "used_without_supply": "max(kwh) FILTER (average_voltage_v = 0 OR down_time_seconds >= interval_minutes * 60)"
    },
)
