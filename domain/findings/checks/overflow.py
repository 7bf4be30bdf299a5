"""OVF finds the constants that devices send for an overflow or an error.

Fires: a quarter-hour has 16777.215 kWh, which is 2^24 - 1 Wh.
Does not fire: a large plant has 16777.9 kWh in a quarter-hour.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, Evidence, ReportedDay
from domain.findings.measures import HIGHEST
from domain.findings.parameters import Parameter, Values

CONSTANTS = (
    8590.017, 16777.215, 34364.271, 38655.37, 999999.0, 999999.999, 999999.999999, 2147483.647, 4294967.295,
)  # fmt: skip
"""Energy Sparks drops 6 of them from the UK's smart meters. Nines are what a display or a field can hold."""

PARAMETERS = (
    Parameter("constants", "kWh", "an interval has one of these values", CONSTANTS),
    Parameter("tolerance_kwh", "kWh", "a value this near counts as the constant", 0.0006),
)


def judge(_customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `constants_kwh`, the values that were found, each once."""
    tolerance = values["tolerance_kwh"]
    found = [
        reading
        for reading in reported.values
        if any(abs(reading.kwh - constant) <= tolerance for constant in values["constants"])
    ]
    if not found:
        return None
    return Evidence({"constants_kwh": sorted({reading.kwh for reading in found})}, [reading.start for reading in found])


def in_words(details: Details) -> str:
    """For example: an error value: 16777.215 kWh."""
    texts = [f"{value:.6f}".rstrip("0").rstrip(".") for value in details["constants_kwh"]]
    return f"an error value: {', '.join(texts)} kWh"


CHECK = Check(
    code="OVF",
    title="overflow or error constant",
    finds="a constant that devices send for an overflow or an error",
    suspect="highest >= list_min({constants}) - {tolerance_kwh} * 2",
    judge=judge,
    in_words=in_words,
    parameters=PARAMETERS,
    measures=HIGHEST,
)
