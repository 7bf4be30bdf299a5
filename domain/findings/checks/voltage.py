"""VOL finds a voltage outside the bands of EN 50160, as an indication.

EN 50160 judges means of 10 minutes: 230 V +-10 % in 95 % of each week, and +10/-15 % always. Means of other intervals
allow an indication, and no statement of conformity. A mean of 0 V is an outage and does not count.

Fires: 40 of the 672 quarter-hours of the last 7 days are above 253 V, and one of them is on this day. One is at 190 V.
Does not fire: 12 of the 672 quarter-hours are at 206 V.
"""

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, DueReading, Evidence, ReportedDay, Severity
from domain.findings.measures import of_the_week
from domain.findings.parameters import Parameter, Values

PARAMETERS = (
    Parameter("low_v", "V", "a mean below this is outside the band", 207.0),
    Parameter("high_v", "V", "a mean above this is outside the band", 253.0),
    Parameter("share_percent", "%", "more than this share of the last 7 days is outside the band", 5.0),
    Parameter("lowest_v", "V", "one mean below this is enough", 195.5),
    Parameter("highest_v", "V", "one mean above this is enough", 253.0),
)


def judge(_customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `outside` and `of`, the counts of the last 7 days, and `least_v` and `most_v` of the day."""
    measured = [reading for reading in reported.values if reading.voltage]
    outside = [each for each in measured if not values["low_v"] <= _voltage(each) <= values["high_v"]]
    beyond = [each for each in measured if not values["lowest_v"] <= _voltage(each) <= values["highest_v"]]
    week = len(outside) + (reported.past.get("week_voltage_outside") or 0)
    of = len(measured) + (reported.past.get("week_voltage_readings") or 0)
    if not beyond and not (outside and week * 100 > values["share_percent"] * of):
        return None
    voltages = [_voltage(each) for each in measured]
    details = {"outside": week, "of": of, "least_v": min(voltages), "most_v": max(voltages)}
    shown = {each.start for each in (*outside, *beyond)}
    return Evidence(details, sorted(shown))


def _voltage(reading: DueReading) -> float:
    return reading.voltage or 0.0


def in_words(details: Details) -> str:
    """For example: 40 of 672 intervals of the week outside the band, today 190 V to 236 V."""
    share = f"{details['outside']} of {details['of']} intervals of the week outside the band"
    return f"{share}, today {details['least_v']:.4g} V to {details['most_v']:.4g} V"


CHECK = Check(
    code="VOL",
    title="voltage outside the band",
    finds="mean voltages outside the bands of EN 50160, as an indication",
    suspect="voltage_beyond > 0 OR (voltage_outside > 0 AND (voltage_outside + coalesce(week_voltage_outside, 0)) * 100"
    " > {share_percent} * (voltage_readings + coalesce(week_voltage_readings, 0)))",
    judge=judge,
    in_words=in_words,
    severity=Severity.NOTE,
    parameters=PARAMETERS,
    measures={
        "voltage_readings": "count(*) FILTER (average_voltage_v > 0)",
        "voltage_outside": "count(*) FILTER (average_voltage_v > 0 AND average_voltage_v NOT BETWEEN {low_v}"
        " AND {high_v})",
        "voltage_beyond": "count(*) FILTER (average_voltage_v > 0 AND average_voltage_v NOT BETWEEN {lowest_v}"
        " AND {highest_v})",
    },
    remembered={"voltage_readings": "BIGINT", "voltage_outside": "BIGINT"},
    history={
        "week_voltage_readings": of_the_week("voltage_readings"),
        "week_voltage_outside": of_the_week("voltage_outside"),
    },
)
