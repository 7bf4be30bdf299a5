"""REG finds a day on which the meter's register was sent in place of the consumption.

A register only rises. It may fall once, where the meter was replaced or its register went round.

Fires: a day has 12345.678, 12345.745, 12345.812 and so on, where like days have 9 kWh in all.
Does not fire: a load rises through the night and falls in the morning. A flat where nobody lives has 0.010 kWh, and
later 0.011 kWh, in each quarter-hour, as on all days.
"""

from itertools import pairwise

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, Evidence, ReportedDay
from domain.findings.measures import ENERGY, LIKE_MEAN
from domain.findings.parameters import Parameter, Values

PARAMETERS = (
    Parameter("most_falls", "intervals", "at most so many intervals are below the one before", 1.0),
    Parameter("least_rises", "intervals", "at least so many intervals are above the one before", 4.0),
    Parameter("like_percent", "%", "the day's sum is above this share of the mean of the like days", 1_000.0),
    Parameter(
        "mean_kw", "kW", "without enough like days: the mean power is above this", 20.0,
        {"HHP": 40.0, "C": 300.0, "P": 300.0, "I": 10_000.0},
    ),
)  # fmt: skip


def judge(_customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `first_kwh`, `last_kwh`, `rises` and `falls`."""
    consumption = [reading.kwh for reading in reported.values]
    rises = sum(later > earlier for earlier, later in pairwise(consumption))
    falls = sum(later < earlier for earlier, later in pairwise(consumption))
    if rises < values["least_rises"] or falls > values["most_falls"]:
        return None
    energy, mean = sum(consumption), reported.past.get("like_mean")
    hours = sum(reading.minutes for reading in reported.values) / 60
    above = energy * 100 > values["like_percent"] * mean if mean is not None else energy > values["mean_kw"] * hours
    if not above:
        return None
    details = {"first_kwh": consumption[0], "last_kwh": consumption[-1], "rises": rises, "falls": falls}
    return Evidence(details, [reading.start for reading in reported.values])


def in_words(details: Details) -> str:
    """For example: rises all day, from 12345.7 to 12354.1."""
    return f"rises all day, from {details['first_kwh']:.6g} to {details['last_kwh']:.6g}"


CHECK = Check(
    code="REG",
    title="register reading sent as consumption",
    finds="values that rise all day, far above the like days",
    # The sum in SQL may differ from the judgement's in the last digit, hence the millionth.
    suspect="rises >= {least_rises} AND falls <= {most_falls} AND energy * 1.000001 >"
    " CASE WHEN like_mean IS NULL THEN {mean_kw} * hours ELSE {like_percent} / 100 * like_mean END",
    judge=judge,
    in_words=in_words,
    parameters=PARAMETERS,
    measures=ENERGY
    | {
        "rises": "count(*) FILTER (kwh > former)",
        "falls": "count(*) FILTER (kwh < former)",
        "hours": "sum(interval_minutes) / 60",
    },
    history=LIKE_MEAN,
)
