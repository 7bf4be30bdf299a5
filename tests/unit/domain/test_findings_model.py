"""The checks agree with a model that knows the calendar only by looking at a clock in the zone.

Readings are drawn one by one, as a meter would send them. The model derives the measures that the checks get.
The same cases go through the SQL of the pre-filters, which must not hide a finding.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
from hypothesis import example, given, settings
from hypothesis import strategies as st

from domain.customer_meter import DEFAULT_METER, Meter
from domain.customers import CustomerType
from domain.days import LocalDay
from domain.findings import BY_CODE, DEFAULTS, ReportedDay, Severity, judge
from domain.intervals import MINUTES, IntervalLengths
from domain.readings import QUANTITIES
from domain.supply import Supply
from lambdas.alerting.reported_days import ShardDay, select_days
from tests.unit.lambdas.examples import a_customer, write_customers

CODES = ("ICD", "MCD", "MNP")
"""The model knows these checks. `tests/unit/domain/findings/` has the properties of all."""

PARAMETERS = ("average_voltage_v", "average_frequency_hz", "voltage_drops", "down_time_seconds")
FIVE_MINUTES = timedelta(minutes=5)
# Whole and half hours of summer time, a change at midnight, a zone off the hour, and none at all.
ZONES = ["Europe/Zagreb", "Australia/Lord_Howe", "America/Havana", "Asia/Kathmandu", "UTC"]
MUST_REPORT = {"HH": False, "HHP": True, "I": True, "C": True, "P": True}


@dataclass(frozen=True)
class Reading:
    """Has an interval's start in UTC, the parameters of the reading, and the length in minutes."""

    start: datetime
    parameters: frozenset[str]
    minutes: int = 15


@dataclass(frozen=True)
class Case:
    """Holds a customer's day."""

    kind: str
    active: bool
    day: date
    zone: ZoneInfo
    readings: tuple[Reading, ...]
    meter: Meter = DEFAULT_METER


@cache
def grid_of(day: date, zone: ZoneInfo, minutes: int) -> tuple[datetime, ...]:
    """Returns every grid instant at which a clock in the zone shows this date. It searches 3 days."""
    first = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    instants = [first + number * FIVE_MINUTES for number in range(3 * 288)]
    return tuple(instant for instant in instants if instant.astimezone(zone).date() == day)[:: minutes // 5]


def due_of(case: "Case") -> list[tuple[datetime, int]]:
    """Returns the start and the length of each due interval, as plainly as a contract says it."""
    due = []
    for minutes in MINUTES:
        grid = grid_of(case.day, case.zone, minutes)
        day_ends = grid_of(case.day, case.zone, 5)[-1] + FIVE_MINUTES
        for start in grid:
            lengths = [
                case.meter.lengths.first,
                *(each for since, each in case.meter.lengths.changes if since <= start),
            ]
            end = min(start + timedelta(minutes=minutes), day_ends)
            since, until = case.meter.supply.since or start, case.meter.supply.until or end
            if lengths[-1] == minutes and since <= start and end <= until:
                due.append((start, minutes))
    return sorted(due)


@st.composite
def meters(draw: st.DrawFn, day: date, zone: ZoneInfo) -> Meter:
    """Draws meters whose length may change on the day, and whose supply may begin or end on it."""
    near = st.sampled_from(grid_of(day, zone, 5)).map(lambda start: start + timedelta(minutes=2))
    near |= st.sampled_from(grid_of(day, zone, 5))
    changes = draw(st.none() | st.tuples(near, st.sampled_from(MINUTES)))
    lengths = IntervalLengths(draw(st.sampled_from(MINUTES)), (changes,) if changes else ())
    ends = sorted(draw(st.sets(near, max_size=2)))
    match ends:
        case [since, until]:
            return Meter(lengths, Supply(since, until))
        case [one]:
            return Meter(lengths, draw(st.sampled_from([Supply(one, None), Supply(None, one)])))
    return Meter(lengths)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    day = draw(st.dates(date(2000, 1, 1), date(2030, 12, 31)) | st.sampled_from(special_days(zone)))
    meter = draw(st.just(Meter()) | meters(day, zone))
    every = dict(due_of(Case("HH", True, day, zone, (), meter)))
    # Beside what is due: every quarter-hour, whether or not it is in the supply and of the day's length.
    grid = list(every) if draw(st.booleans()) else list(grid_of(day, zone, 15))
    grid = grid or list(grid_of(day, zone, 15))
    sends = draw(st.sampled_from(["nothing", "some", "all but a few", "all"]))
    left_out: set[datetime] = draw(st.sets(st.sampled_from(grid), max_size=12))
    kept = [start for start in grid if start not in left_out]
    starts = {"nothing": [], "some": sorted(left_out), "all but a few": kept, "all": list(grid)}[sends]
    lacking = draw(st.sampled_from([0, 0, 1, len(starts)]))
    some = st.frozensets(st.sampled_from(PARAMETERS), max_size=3)
    readings = [
        Reading(start, draw(some) if place < lacking else frozenset(PARAMETERS), every.get(start, 15))
        for place, start in enumerate(draw(st.permutations(starts)) if len(starts) < 13 else starts)
    ]
    return Case(draw(st.sampled_from(sorted(MUST_REPORT))), draw(st.booleans()), day, zone, tuple(readings), meter)


@cache
def special_days(zone: ZoneInfo) -> list[date]:
    """Returns the days of 2026 that do not have 24 hours, and one ordinary day."""
    days = [date(2026, 1, 1) + timedelta(number) for number in range(365)]
    noons = [datetime(day.year, day.month, day.day, 12, tzinfo=zone) for day in days]
    changes = [day for day, noon in zip(days, noons, strict=True) if _offset_changes(noon)]
    return [days[0], *changes]


def _offset_changes(noon: datetime) -> bool:
    return (noon - timedelta(days=1)).utcoffset() != noon.utcoffset()


def expected_alarms(case: Case) -> list[tuple[str, dict[str, Any]]]:
    """Returns the alarms that must be raised, by rules as plain as a letter to the customer."""
    if not case.active:
        return []
    due = [start for start, _ in due_of(case)]
    judged = judged_of(case)
    came = {reading.start for reading in judged}
    if not came:
        return [("MCD", {"expected_intervals": len(due)})] if due else []
    alarms: list[tuple[str, dict[str, Any]]] = []
    missing = [instant for instant in due if instant not in came]
    if missing:
        named = [instant.strftime("%Y-%m-%dT%H:%M:%SZ") for instant in missing[:10]]
        counts = {"expected_intervals": len(due), "received_intervals": len(due) - len(missing)}
        alarms.append(("ICD", counts | {"missing_intervals": len(missing), "first_missing_intervals": named}))
    bare = [reading for reading in judged if len(reading.parameters) < 4]
    if bare and MUST_REPORT[case.kind]:
        absent = [name for name in PARAMETERS if any(name not in reading.parameters for reading in bare)]
        counts = {"readings": len(judged), "readings_without_parameters": len(bare)}
        alarms.append(("MNP", counts | {"missing_parameters": absent}))
    return alarms


def judged_of(case: Case) -> list[Reading]:
    """Returns the readings that a check may look at."""
    due = set(due_of(case))
    return [reading for reading in case.readings if (reading.start, reading.minutes) in due]


def measured(case: Case) -> dict[str, Any]:
    """Returns the measures that the alerting step takes of these readings."""
    bare = [reading for reading in judged_of(case) if reading.parameters != set(PARAMETERS)]
    absent = {name for reading in bare for name in PARAMETERS if name not in reading.parameters}
    lacking = [name if name in absent else None for name in PARAMETERS]
    return {"readings_without_parameters": len(bare), "missing_parameters": lacking}


def reported(case: Case) -> ReportedDay:
    """Returns the counts that the alerting step makes of these readings."""
    starts = [reading.start for reading in judged_of(case)]
    return ReportedDay(len(starts), starts, measured(case))


@settings(max_examples=250, deadline=None)
@given(cases())
def test_the_checks_find_what_the_model_finds(case: Case) -> None:
    customer = a_customer(7, case.kind, active=case.active, meter=case.meter)
    found = judge(customer, LocalDay(case.day, case.zone), reported(case))
    raised = [finding for finding in found if finding.check.severity is Severity.ALARM]
    assert [(finding.code, finding.details) for finding in raised] == expected_alarms(case)


def test_the_model_knows_every_type_of_customer() -> None:
    assert set(MUST_REPORT) == set(CustomerType)


WHOLE = grid_of(date(2026, 3, 29), ZoneInfo("Europe/Zagreb"), 15)


def a_case(starts: Sequence[datetime], parameters: Sequence[str] = PARAMETERS) -> Case:
    readings = tuple(Reading(start, frozenset(parameters)) for start in starts)
    return Case("I", True, date(2026, 3, 29), ZoneInfo("Europe/Zagreb"), readings)


@settings(max_examples=40, deadline=None)
@example(a_case([]))
@example(a_case(WHOLE[1:]))
@example(a_case(WHOLE, PARAMETERS[1:]))
@given(cases())
def test_no_pre_filter_hides_what_its_check_finds(case: Case) -> None:
    with TemporaryDirectory() as directory, duckdb.connect(config={"threads": 1}) as duck:
        enriched, customers = stored(duck, Path(directory), case)
        given = ShardDay(enriched, customers, LocalDay(case.day, case.zone))
        everybody = list(select_days(duck, given, selected="true"))
        assert len(everybody) == case.active, "the test judges the day whatever the pre-filters say"
        for code in CODES:
            check = BY_CODE[code]
            selected = [each.customer for each in select_days(duck, given, [check])]
            for each in everybody:
                told = each.reported
                assert sorted(told.received) == sorted(reading.start for reading in judged_of(case))
                assert not judged_of(case) or told.measured.items() >= measured(case).items()
                found = check.judge(each.customer, given.day, told, DEFAULTS.of(code, case.kind))
                assert not found or selected == [each.customer], f"{code} is hidden"


def stored(duck: duckdb.DuckDBPyConnection, directory: Path, case: Case) -> tuple[Path, Path]:
    """Writes the case's enriched readings and its customer as Parquet."""
    enriched, customers = directory / "enriched", directory / "customers"
    names = [*PARAMETERS, *(quantity.column for quantity in QUANTITIES if quantity.column not in PARAMETERS)]
    columns, values = ", ".join(f"{name} DOUBLE DEFAULT 1" for name in names), []
    key = "billing_metering_point_number VARCHAR, interval_start TIMESTAMP, interval_minutes SMALLINT"
    duck.execute(f"CREATE TABLE rows ({key}, {columns}, quality VARCHAR, type VARCHAR)")
    for reading in case.readings:
        parameters = ", ".join("1.0" if name in reading.parameters else "NULL" for name in PARAMETERS)
        values.append(f"('7', TIMESTAMP '{reading.start:%Y-%m-%d %H:%M:%S}', {reading.minutes}, {parameters})")
    if values:
        given = f"billing_metering_point_number, interval_start, interval_minutes, {', '.join(PARAMETERS)}"
        duck.execute(f"INSERT INTO rows ({given}) VALUES {', '.join(values)}")  # noqa: S608
    duck.execute(f"COPY rows TO '{enriched}' (FORMAT parquet)")
    write_customers(duck, customers, [a_customer(7, case.kind, active=case.active, meter=case.meter)])
    return enriched, customers
