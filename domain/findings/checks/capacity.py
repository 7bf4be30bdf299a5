"""CAP finds an interval whose mean power is above the contracted power, or above any supply of the customer's type.

Fires: a household with a contract for 11 kW has 3.2 kWh in a quarter-hour, which is 12.8 kW.
Does not fire: the same household has 2.9 kWh in a quarter-hour, which is 11.6 kW. A household without a known contract
may have 40 kW, because 3 phases of 63 A carry 43 kW.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, Evidence, ReportedDay
from domain.findings.parameters import Parameter, Values

PARAMETERS = (
    Parameter("percent", "%", "the power is above this share of the contracted power", 110.0),
    Parameter(
        "supply_kw", "kW", "without a known contract: the power is above what a supply of this type can carry", 44.0,
        {"HHP": 87.0, "C": 700.0, "P": 700.0, "I": 20_000.0},
    ),
)  # fmt: skip
"""43.5 kW are 3 phases of 63 A at 230 V, 87 kW are 126 A, 700 kW are a transformer of 630 kVA with its overload."""


def judge(customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `highest_kw`, `limit_kw` and `contracted_kw`, which is null where it is unknown."""
    contracted = customer.contracted_kw
    limit = values["supply_kw"] if contracted is None else contracted * values["percent"] / 100
    above = [reading for reading in reported.values if reading.kwh * 60 / reading.minutes > limit]
    if not above:
        return None
    highest = max(reading.kwh * 60 / reading.minutes for reading in above)
    details = {"highest_kw": round(highest, 3), "limit_kw": round(limit, 3), "contracted_kw": contracted}
    return Evidence(details, [reading.start for reading in above])


def in_words(details: Details) -> str:
    """For example: 12.8 kW, the limit is 12.1 kW."""
    return f"{details['highest_kw']:.4g} kW, the limit is {details['limit_kw']:.4g} kW"


CHECK = Check(
    code="CAP",
    title="above the contracted power",
    finds="a power above the contract, or above any supply of the customer's type",
    suspect="highest_kw > coalesce(contracted_kw * {percent} / 100, {supply_kw})",
    judge=judge,
    in_words=in_words,
    parameters=PARAMETERS,
    measures={"highest_kw": "max(kw)"},
    yields_to=("OVF", "REG", "SPK", "UNI"),
)
