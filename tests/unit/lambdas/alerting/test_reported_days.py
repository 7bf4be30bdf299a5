"""The day's intervals that a customer reported are known whatever their length and the day's."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest

from domain.alarms import alarms_of
from domain.customers import ATTRIBUTES, KEY
from domain.days import LocalDay
from domain.readings import QUANTITIES
from lambdas.alerting.reported_days import suspicious_days

MINUTE = timedelta(minutes=1)
ORDINARY = date(2026, 11, 3)
UTC_ZONE, ZAGREB, TROLL, APIA = map(ZoneInfo, ("UTC", "Europe/Zagreb", "Antarctica/Troll", "Pacific/Apia"))
DAYS = {
    24: LocalDay(ORDINARY, UTC_ZONE, 60 * MINUTE),
    96: LocalDay(ORDINARY, UTC_ZONE),
    100: LocalDay(date(2026, 10, 25), ZAGREB),
    127: LocalDay(ORDINARY, UTC_ZONE, timedelta(seconds=680)),  # and 40 s that are no interval
    128: LocalDay(ORDINARY, UTC_ZONE, timedelta(seconds=675)),
    276: LocalDay(date(2026, 3, 29), ZAGREB, 5 * MINUTE),
    288: LocalDay(ORDINARY, ZAGREB, 5 * MINUTE),
    312: LocalDay(date(2026, 10, 25), TROLL, 5 * MINUTE),  # a day of 26 hours
    1440: LocalDay(ORDINARY, ZAGREB, MINUTE),
    1500: LocalDay(date(2026, 10, 25), ZAGREB, MINUTE),
    2880: LocalDay(ORDINARY, ZAGREB, MINUTE / 2),
}


def found(tmp_path: Path, day: LocalDay, reported: Mapping[int, Sequence[datetime]]) -> dict[int, list[datetime]]:
    """For each customer whose day is suspicious: what is known to be reported."""
    with duckdb.connect() as duck:
        values = ", ".join(f"({number}, 'n', 'a', 'c', 'c', 'e', 'HH', true)" for number in reported)
        duck.execute(f"CREATE TABLE customers AS FROM (VALUES {values}) t ({', '.join(ATTRIBUTES)})")
        duck.execute("CREATE TABLE rows (number BIGINT, sample_time TIMESTAMP)")
        for number, starts in reported.items():
            texts = [start.replace(tzinfo=None).isoformat(" ") for start in starts]
            duck.execute("INSERT INTO rows SELECT ?, CAST(unnest(?) AS TIMESTAMP)", [number, texts])
        duck.execute(f"COPY customers TO '{tmp_path}/customers' (FORMAT parquet)")
        columns = ", ".join(f"1 AS {quantity.column}" for quantity in QUANTITIES)
        duck.execute(
            f"CREATE TABLE enriched AS SELECT number AS {KEY}, sample_time, {columns} FROM rows"  # noqa: S608
        )
        duck.execute(f"COPY enriched TO '{tmp_path}/enriched' (FORMAT parquet)")
        days = list(suspicious_days(duck, tmp_path / "enriched", tmp_path / "customers", day))
    for customer, each in days:
        missing = len(set(day.intervals) - set(each.received))
        raised = [
            (alarm.error_type, alarm.details.get("missing_intervals")) for alarm in alarms_of(customer, day, each)
        ]
        assert raised == [("ICD", missing) if each.readings else ("MCD", None)]
    return {customer.metering_point: list(each.received) for customer, each in days}


@pytest.mark.parametrize("intervals", DAYS)
def test_what_was_reported_of_a_day_is_known(tmp_path: Path, intervals: int) -> None:
    day = DAYS[intervals]
    whole = day.intervals
    assert len(whole) == intervals
    reported = {1: whole, 2: whole[1:], 3: whole[:-1], 4: whole[:1], 5: whole[-1:], 6: whole[::2], 7: ()}
    expected = {number: list(starts) for number, starts in reported.items() if number != 1}
    assert found(tmp_path, day, reported) == expected


def test_a_time_that_is_none_of_the_days_intervals_counts_as_none_of_them(tmp_path: Path) -> None:
    day = DAYS[1500]
    beside = [day.start - MINUTE, day.start + MINUTE / 2, day.end]
    assert found(tmp_path, day, {1: beside, 2: [*day.intervals, *beside]}) == {1: []}


def test_a_day_that_the_zone_skipped_has_nobody_suspicious(tmp_path: Path) -> None:
    skipped = LocalDay(date(2011, 12, 30), APIA)
    assert skipped.intervals == ()
    assert found(tmp_path, skipped, {1: [skipped.start]}) == {}
