"""UNI finds a day that was sent in Wh where kWh were meant: 1,000 times the like days.

The median must be as far above as the sum, so that one wrong interval is no mistake of the unit.

Fires: like days have 9 kWh with a median of 0.07 kWh, and the day has 8,700 kWh with a median of 66 kWh.
Does not fire: one quarter-hour has 9,000 kWh, and the rest of the day is as usual.
"""

from statistics import median

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, Evidence, ReportedDay
from domain.findings.measures import ENERGY, LIKE_MEAN
from domain.findings.parameters import Parameter, Values

PARAMETERS = (
    Parameter("least_factor", "times", "the day is at least so many times the mean of the like days", 200.0),
    Parameter("most_factor", "times", "the day is at most so many times the mean of the like days", 5_000.0),
)


def judge(_customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `kwh`, `like_days_mean_kwh` and `factor`."""
    mean, energy = reported.past.get("like_mean"), reported.measured.get("energy")
    if not mean or energy is None or not reported.like_days:
        return None
    if not values["least_factor"] * mean <= energy <= values["most_factor"] * mean:
        return None
    usual = median(value for like in reported.like_days for value in like.values)
    if median(reading.kwh for reading in reported.values) < values["least_factor"] * usual:
        return None
    details = {
        "kwh": round(energy, 6),
        "like_days_mean_kwh": round(mean, 6),
        "factor": round(energy / mean, 1),
    }
    return Evidence(details, [reading.start for reading in reported.values])


def in_words(details: Details) -> str:
    """For example: 967 times the like days, as if Wh were sent for kWh."""
    return f"{details['factor']:.4g} times the like days, as if Wh were sent for kWh"


CHECK = Check(
    code="UNI",
    title="Wh sent for kWh",
    finds="a day of about 1,000 times the like days",
    suspect="energy >= {least_factor} * like_mean AND energy <= {most_factor} * like_mean",
    judge=judge,
    in_words=in_words,
    parameters=PARAMETERS,
    measures=ENERGY,
    history=LIKE_MEAN,
    yields_to=("OVF", "REG"),
)
