"""HIL finds a day whose consumption is far above or far below the like days.

The day is compared with the mean of the 3 latest like days. A high day must also be well above all days that are known,
of any kind, so that a family that comes home is no finding, and neither is a car that is charged once a week. A low day
must be well below all like days of the last 28.

Fires: an office that uses 80 kWh on a working day uses 310 kWh. A household that uses 9 kWh uses 0.1 kWh.
Does not fire: a household was away for a week, used 2 kWh a day, and uses 9 kWh again on the day of its return. A day
of zeros is no finding here: the check for zero consumption judges it.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, Evidence, ReportedDay
from domain.findings.measures import ENERGY, LIKE_MEAN
from domain.findings.parameters import Parameter, Values

PARAMETERS = (
    Parameter("high_percent", "%", "the day is above this share of the mean of the like days", 300.0),
    Parameter("low_percent", "%", "the day is below this share of the like days' mean", 10.0, {"HH": 2.0, "HHP": 2.0}),
    Parameter("outside_percent", "%", "the day is this much above all known days, or below all like days", 50.0),
    Parameter("least_kwh", "kWh", "a high day is above this", 20.0, {"C": 50.0, "P": 50.0, "I": 200.0}),
)


def judge(_customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `kwh`, `like_days_mean_kwh`, `like_days_least_kwh` and `known_days_most_kwh`."""
    mean = reported.past.get("like_mean")
    energy = reported.measured.get("energy")
    if mean is None or energy is None:
        return None
    least, most = reported.past["like_least"], reported.past["known_most"]
    outside = values["outside_percent"]
    high = energy * 100 > values["high_percent"] * mean and energy * 100 > (100 + outside) * most
    low = energy * 100 < values["low_percent"] * mean and energy * 100 < (100 - outside) * least
    complete = reported.readings >= reported.measured["expected"]
    if not ((high and energy > values["least_kwh"]) or (low and energy > 0 and complete)):
        return None
    details = {
        "kwh": round(energy, 6),
        "like_days_mean_kwh": round(mean, 6),
        "like_days_least_kwh": round(least, 6),
        "known_days_most_kwh": round(most, 6),
    }
    return Evidence(details, [reading.start for reading in reported.values])


def in_words(details: Details) -> str:
    """For example: 310 kWh, like days have 80.5 kWh."""
    return f"{details['kwh']:.4g} kWh, like days have {details['like_days_mean_kwh']:.4g} kWh"


CHECK = Check(
    code="HIL",
    title="high or low consumption",
    finds="a day far above or far below the like days",
    suspect="(energy * 100 > {high_percent} * like_mean AND energy > {least_kwh}"
    " AND energy * 100 > (100 + {outside_percent}) * known_most)"
    " OR (energy * 100 < {low_percent} * like_mean AND energy > 0 AND readings >= expected"
    " AND energy * 100 < (100 - {outside_percent}) * like_least)",
    judge=judge,
    in_words=in_words,
    parameters=PARAMETERS,
    measures=ENERGY,
    history=LIKE_MEAN
    | {
        "like_least": "min(kwh::DOUBLE) FILTER (is_like)",
        "known_most": "max(kwh::DOUBLE) FILTER (alarms = 0)",
    },
    yields_to=("CAP", "FLT", "OVF", "REG", "SPK", "UNI", "ZER"),
)
