"""SPK finds an interval far above the rest of its day, and far above every interval of the known days.

The ratio is the spike check of the CPUC's rules for metering data: (highest - third highest) / third highest. Two
intervals may be high together, because a real load that begins late in an interval lasts into the next one.

Fires: a household's quarter-hours stay below 0.6 kWh on all days, and one quarter-hour has 6 kWh.
Does not fire: an oven and a kettle run at once and make 1.6 kWh in a quarter-hour, and the third highest is 0.5 kWh.
The household had 1.4 kWh in a quarter-hour last week.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, Evidence, ReportedDay
from domain.findings.measures import HIGHEST, KNOWN_DAYS, LEAST_KNOWN_DAYS
from domain.findings.parameters import Parameter, Values

THIRD = {"third_highest": "max(kwh, 3)[3]"}

PARAMETERS = (
    Parameter("percent", "%", "(highest - third highest) / third highest is above this", 180.0),
    Parameter("least_kwh", "kWh", "the highest consumption of an interval is above this", 1.0),
    Parameter("known_percent", "%", "the highest is above this share of the highest interval of all known days", 130.0),
    Parameter("alone_percent", "%", "the ratio where fewer than 3 days are known", 390.0),
)


def judge(_customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `highest_kwh`, `third_highest_kwh`, and `known_days_highest_kwh` where 3 days are known."""
    if len(reported.values) < 3:
        return None
    ranked = sorted(reported.values, key=lambda reading: reading.kwh, reverse=True)
    highest, third = ranked[0].kwh, ranked[2].kwh
    known = (reported.past.get("known_days") or 0) >= LEAST_KNOWN_DAYS
    percent = values["percent"] if known else values["alone_percent"]
    before = reported.past["known_highest"] if known else 0.0
    if highest <= values["least_kwh"] or (highest - third) * 100 <= percent * third:
        return None
    if highest * 100 <= values["known_percent"] * before:
        return None
    details = {"highest_kwh": highest, "third_highest_kwh": third}
    high = [reading.start for reading in reported.values if reading.kwh * 2 > third + highest]
    return Evidence(details | ({"known_days_highest_kwh": before} if known else {}), high)


def in_words(details: Details) -> str:
    """For example: 6 kWh in an interval, the third highest has 0.55 kWh."""
    return f"{details['highest_kwh']:g} kWh in an interval, the third highest has {details['third_highest_kwh']:g} kWh"


_KNOWN = f"(coalesce(known_days, 0) >= {LEAST_KNOWN_DAYS})"

CHECK = Check(
    code="SPK",
    title="spike",
    finds="an interval far above the third highest of the day and above all known days",
    suspect="highest > {least_kwh} AND (highest - third_highest) * 100 > third_highest"
    f" * CASE WHEN {_KNOWN} THEN {{percent}} ELSE {{alone_percent}} END"
    f" AND (NOT {_KNOWN} OR highest * 100 > {{known_percent}} * known_highest)",
    judge=judge,
    in_words=in_words,
    parameters=PARAMETERS,
    measures=HIGHEST | THIRD,
    remembered={"highest": "DOUBLE"},
    history=KNOWN_DAYS | {"known_highest": "max(highest) FILTER (alarms = 0)"},
    yields_to=("OVF", "REG", "UNI"),
)
