"""The SQL knows which intervals of a day a customer reported, for any length of interval and day."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from domain.customer_meter import Meter
from domain.customers import KEY
from domain.days import LocalDay
from domain.findings import BY_CODE, judge
from domain.intervals import IntervalLengths, interval_starts
from domain.readings import QUANTITIES
from domain.supply import Supply
from lambdas.alerting.due_intervals import DUE, EXPECTED, write_due_tables
from lambdas.alerting.reported_days import ShardDay, select_days
from tests.unit.lambdas.examples import a_customer, write_customers

MINUTE = timedelta(minutes=1)
ORDINARY = date(2026, 11, 3)
UTC_ZONE, ZAGREB, TROLL, APIA, LORD_HOWE = map(
    ZoneInfo, ("UTC", "Europe/Zagreb", "Antarctica/Troll", "Pacific/Apia", "Australia/Lord_Howe")
)
DAYS = {
    24: (LocalDay(ORDINARY, UTC_ZONE), 60),
    25: (LocalDay(date(2026, 4, 5), LORD_HOWE), 60),  # a day of 24.5 hours, the last interval is half an hour
    48: (LocalDay(ORDINARY, UTC_ZONE), 30),
    96: (LocalDay(ORDINARY, UTC_ZONE), 15),
    100: (LocalDay(date(2026, 10, 25), ZAGREB), 15),
    144: (LocalDay(ORDINARY, UTC_ZONE), 10),
    276: (LocalDay(date(2026, 3, 29), ZAGREB), 5),
    288: (LocalDay(ORDINARY, ZAGREB), 5),
    312: (LocalDay(date(2026, 10, 25), TROLL), 5),  # a day of 26 hours
}


def found(
    tmp_path: Path, day: LocalDay, reported: Mapping[str, Sequence[datetime]], meter: Meter, minutes: int
) -> dict[str, list[datetime]]:
    """Returns the reported intervals of each customer whose day may break a rule."""
    customers = [a_customer(number, meter=meter) for number in reported]
    with duckdb.connect() as duck:
        write_customers(duck, tmp_path / "customers", customers)
        duck.execute("CREATE TABLE rows (number VARCHAR, interval_start TIMESTAMP)")
        for number, starts in reported.items():
            texts = [start.replace(tzinfo=None).isoformat(" ") for start in starts]
            duck.execute("INSERT INTO rows SELECT ?, CAST(unnest(?) AS TIMESTAMP)", [number, texts])
        columns = (
            ", ".join(f"1 AS {quantity.column}" for quantity in QUANTITIES) + ", 'measured' AS quality, 'HH' AS type"
        )
        duck.execute(
            f"CREATE TABLE enriched AS SELECT number AS {KEY}, interval_start, {minutes} AS interval_minutes,"  # noqa: S608
            f" {columns} FROM rows"
        )
        duck.execute(f"COPY enriched TO '{tmp_path}/enriched' (FORMAT parquet)")
        given = ShardDay(tmp_path / "enriched", tmp_path / "customers", day)
        days = list(select_days(duck, given, [BY_CODE["ICD"], BY_CODE["MCD"]]))
    for each in days:
        missing = len(set(meter.due(day)) - set(each.reported.received))
        raised = [
            (finding.code, finding.details.get("missing_intervals"))
            for finding in judge(each.customer, day, each.reported, codes=each.codes)
        ]
        assert raised == [("ICD", missing) if each.reported.readings else ("MCD", None)]
    return {each.customer.metering_point: list(each.reported.received) for each in days}


@pytest.mark.parametrize("intervals", DAYS)
def test_what_was_reported_of_a_day_is_known(tmp_path: Path, intervals: int) -> None:
    day, minutes = DAYS[intervals]
    meter = Meter(IntervalLengths(minutes))
    whole = interval_starts(day, meter.lengths)
    assert len(whole) == intervals
    reported = {"1": whole, "2": whole[1:], "3": whole[:-1], "4": whole[:1], "5": whole[-1:], "6": whole[::2], "7": ()}
    expected = {number: list(starts) for number, starts in reported.items() if number != "1"}
    assert found(tmp_path, day, reported, meter, minutes) == expected


def test_a_time_that_is_none_of_the_days_intervals_counts_as_none_of_them(tmp_path: Path) -> None:
    day, minutes = DAYS[276]
    meter = Meter(IntervalLengths(minutes))
    beside = [day.start - 5 * MINUTE, day.start + MINUTE / 2, day.end]
    reported = {"1": beside, "2": [*interval_starts(day, meter.lengths), *beside]}
    assert found(tmp_path, day, reported, meter, minutes) == {"1": []}


def test_a_reading_of_another_length_fills_no_gap(tmp_path: Path) -> None:
    """A quarter-hour at 10:00 does not fill an hour at 10:00."""
    day = LocalDay(ORDINARY, ZAGREB)
    hourly = Meter(IntervalLengths(60))
    assert found(tmp_path, day, {"1": interval_starts(day)}, hourly, minutes=15) == {"1": []}


def test_only_what_lies_in_the_supply_is_due(tmp_path: Path) -> None:
    day = LocalDay(ORDINARY, ZAGREB)
    moved_in = Meter(supply=Supply(datetime(2026, 11, 3, 9, tzinfo=UTC)))  # at 10:00 in Zagreb
    since_ten = interval_starts(day)[40:]
    reported = {"1": since_ten, "2": interval_starts(day), "3": since_ten[1:], "4": interval_starts(day)[:40]}
    assert found(tmp_path, day, reported, moved_in, 15) == {"3": list(since_ten[1:]), "4": []}


def test_a_day_that_the_zone_skipped_has_nobody_suspicious(tmp_path: Path) -> None:
    skipped = LocalDay(date(2011, 12, 30), APIA)
    assert interval_starts(skipped) == ()
    assert found(tmp_path, skipped, {"1": [skipped.start]}, Meter(), 15) == {}


def test_a_day_with_2_lengths_has_the_slots_of_both(tmp_path: Path) -> None:
    day = LocalDay(ORDINARY, UTC_ZONE)
    noon = day.start + 720 * MINUTE
    meter = Meter(IntervalLengths(15, ((noon, 60),)))
    with duckdb.connect() as duck:
        write_customers(duck, tmp_path / "customers", [a_customer(1, meter=meter)])
        write_due_tables(duck, tmp_path / "customers", day)
        assert duck.execute(f"SELECT expected FROM {EXPECTED}").fetchall() == [(48 + 12,)]  # noqa: S608
        bits = duck.execute(f"SELECT minutes, bit_count(due) FROM {DUE} ORDER BY minutes").fetchall()  # noqa: S608
    assert bits == [(15, 48), (60, 12)]
