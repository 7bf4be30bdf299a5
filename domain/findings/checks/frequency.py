"""FRQ finds a frequency outside the bands of EN 50160, as an indication.

EN 50160 judges means of 10 seconds: 50 Hz +-1 % in 99.5 % of a year, and +4/-6 % always. The week stands for the year
here. Means of other intervals allow an indication, and no statement of conformity. A reading at 0 V does not count.

Fires: one quarter-hour has 0 Hz at 230 V. 8 of the 672 quarter-hours of the last 7 days have 49.3 Hz.
Does not fire: 3 of the 672 quarter-hours have 49.4 Hz.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, DueReading, Evidence, ReportedDay, Severity
from domain.findings.measures import of_the_week
from domain.findings.parameters import Parameter, Values

PARAMETERS = (
    Parameter("low_hz", "Hz", "a mean below this is outside the band", 49.5),
    Parameter("high_hz", "Hz", "a mean above this is outside the band", 50.5),
    Parameter("share_percent", "%", "more than this share of the last 7 days is outside the band", 0.5),
    Parameter("lowest_hz", "Hz", "one mean below this is enough", 47.0),
    Parameter("highest_hz", "Hz", "one mean above this is enough", 52.0),
)
_COUNTS = "average_frequency_hz IS NOT NULL AND coalesce(average_voltage_v, 1) <> 0"


def judge(_customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `outside` and `of`, the counts of the last 7 days, and `least_hz` and `most_hz` of the day."""
    measured = [each for each in reported.values if each.frequency is not None and each.voltage != 0]
    outside = [each for each in measured if not values["low_hz"] <= _frequency(each) <= values["high_hz"]]
    beyond = [each for each in measured if not values["lowest_hz"] <= _frequency(each) <= values["highest_hz"]]
    week = len(outside) + (reported.past.get("week_frequency_outside") or 0)
    of = len(measured) + (reported.past.get("week_frequency_readings") or 0)
    if not beyond and not (outside and week * 100 > values["share_percent"] * of):
        return None
    frequencies = [_frequency(each) for each in measured]
    details = {"outside": week, "of": of, "least_hz": min(frequencies), "most_hz": max(frequencies)}
    shown = {each.start for each in (*outside, *beyond)}
    return Evidence(details, sorted(shown))


def _frequency(reading: DueReading) -> float:
    return reading.frequency or 0.0


def in_words(details: Details) -> str:
    """For example: 8 of 672 intervals of the week outside the band, today 49.3 Hz to 50.02 Hz."""
    share = f"{details['outside']} of {details['of']} intervals of the week outside the band"
    return f"{share}, today {details['least_hz']:.4g} Hz to {details['most_hz']:.4g} Hz"


CHECK = Check(
    code="FRQ",
    title="frequency outside the band",
    finds="mean frequencies outside the bands of EN 50160, as an indication",
    suspect="frequency_beyond > 0 OR (frequency_outside > 0 AND (frequency_outside"
    " + coalesce(week_frequency_outside, 0)) * 100"
    " > {share_percent} * (frequency_readings + coalesce(week_frequency_readings, 0)))",
    judge=judge,
    in_words=in_words,
    severity=Severity.NOTE,
    parameters=PARAMETERS,
    measures={
        "frequency_readings": f"count(*) FILTER ({_COUNTS})",
        "frequency_outside": f"count(*) FILTER ({_COUNTS} AND average_frequency_hz NOT BETWEEN {{low_hz}}"
        " AND {high_hz})",
        "frequency_beyond": f"count(*) FILTER ({_COUNTS} AND average_frequency_hz NOT BETWEEN {{lowest_hz}}"
        " AND {highest_hz})",
    },
    remembered={"frequency_readings": "BIGINT", "frequency_outside": "BIGINT"},
    history={
        "week_frequency_readings": of_the_week("frequency_readings"),
        "week_frequency_outside": of_the_week("frequency_outside"),
    },
)
