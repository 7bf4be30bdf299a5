"""FLT finds a meter that repeats one value above 0.

A real load does not repeat a value for hours, unless the value has few digits. So the value must have many steps of the
resolution in which the day's values come. Lamps and pumps can be steady. So the run must be much longer than the runs
of all known days, where a value of a few watt-hours does not count.

Fires: a household has 0.123 kWh in every quarter-hour from 10:00 on.
Does not fire: a flat where nobody lives has 0.004 kWh in 30 quarter-hours in a row: 4 steps of 0.001 kWh. A plant whose
meter counts in steps of 10 kWh has 8 times 40 kWh.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from domain.customers import Customer
from domain.days import LocalDay
from domain.findings.check import Check, Details, DueReading, Evidence, ReportedDay
from domain.findings.measures import KNOWN_DAYS, LEAST_KNOWN_DAYS
from domain.findings.parameters import Parameter, Values

PARAMETERS = (
    Parameter("intervals", "intervals", "the same value is there so many times in a row", 8.0),
    Parameter("known_factor", "times", "the run is more than so many times the longest run of all known days", 1.2),
    Parameter("alone_intervals", "intervals", "the length of the run where fewer than 3 days are known", 16.0),
    Parameter("least_kwh", "kWh", "the value is at least this", 0.01),
    Parameter("least_steps", "steps", "the value has at least so many steps of the resolution", 10.0),
    Parameter("alone_steps", "steps", "the steps where fewer than 3 days are known", 30.0),
)

_RESOLUTIONS = (100.0, 10.0, 1.0, 0.1, 0.01, 0.001, 0.0001, 0.00001, 0.000001)


def judge(_customer: Customer, _day: LocalDay, reported: ReportedDay, values: Values) -> Evidence | None:
    """Details: `kwh`, the value, and `intervals`, how often it is there in a row."""
    known = (reported.past.get("known_days") or 0) >= LEAST_KNOWN_DAYS
    usual = reported.past["known_longest_run"] or 0 if known else 0
    least = values["intervals"] if known else values["alone_intervals"]
    steps = values["least_steps"] if known else values["alone_steps"]
    resolution = None
    for run in runs(reported.values):
        if len(run) < least or len(run) <= values["known_factor"] * usual or run[0].kwh < values["least_kwh"]:
            continue
        resolution = resolution or _resolution(reported)
        if run[0].kwh * 1.000001 >= steps * resolution:
            return Evidence({"kwh": run[0].kwh, "intervals": len(run)}, [reading.start for reading in run])
    return None


def runs(readings: Sequence[DueReading]) -> Iterator[list[DueReading]]:
    """Yields the runs of readings that follow each other directly and have the same consumption."""
    run: list[DueReading] = []
    for reading in readings:
        if run and (reading.kwh != run[-1].kwh or reading.start != run[-1].start + timedelta(minutes=run[-1].minutes)):
            yield run
            run = []
        run.append(reading)
    if run:
        yield run


def _resolution(reported: ReportedDay) -> float:
    """Returns the step in which the values of the day and of the like days come, in kWh."""
    distinct = {reading.kwh for reading in reported.values}
    distinct.update(value for like in reported.like_days for value in like.values)
    whole = (step for step in _RESOLUTIONS if all(abs(v / step - round(v / step)) < 1e-6 for v in distinct))
    return next(whole, _RESOLUTIONS[-1])


def in_words(details: Details) -> str:
    """For example: 0.123 kWh in 56 intervals in a row."""
    return f"{details['kwh']:g} kWh in {details['intervals']} intervals in a row"


CHECK = Check(
    code="FLT",
    title="flat line",
    finds="the same value above 0 for many intervals in a row",
    suspect="longest_run >= CASE WHEN coalesce(known_days, 0) < "
    f"{LEAST_KNOWN_DAYS} THEN {{alone_intervals}} ELSE {{intervals}} END"
    f" AND (coalesce(known_days, 0) < {LEAST_KNOWN_DAYS}"
    " OR longest_run > {known_factor} * coalesce(known_longest_run, 0))",
    judge=judge,
    in_words=in_words,
    parameters=PARAMETERS,
    measures={"longest_run": "max(CASE WHEN kwh >= {least_kwh} THEN run END)"},
    remembered={"longest_run": "BIGINT"},
    history=KNOWN_DAYS | {"known_longest_run": "max(longest_run) FILTER (alarms = 0)"},
    yields_to=("OVF", "UNI"),
)
