"""The seed has special metering points and 12 real days."""

from collections import Counter
from datetime import UTC, date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from domain.customers import Customer
from domain.days import LocalDay
from domain.intervals import interval_starts
from domain.metering_points import parse_metering_point
from domain.readings import MAX_READINGS_PER_REQUEST
from seed.customers import HOUSEHOLD_NUMBER, demo_customer, demo_customers
from seed.household import DAY_WITH_A_GAP, TWELVE_DAYS, household_readings
from seed.keys import demo_key_hashes
from seed.special import (
    CORRECTED,
    CORRECTED_INTERVAL,
    CORRECTED_KWH,
    FIVE_MINUTES,
    HOURLY,
    LONG_NUMBER,
    MOVED_IN,
    SOLAR,
    SPECIALS,
    final_kwh,
    final_readings,
    special_customers,
    special_deliveries,
    special_readings,
)

ZONE = ZoneInfo("Europe/Zagreb")
DAY = date(2007, 2, 1)
SPECIAL = {special.customer.metering_point: special.customer for special in special_customers(ZONE)}


def test_their_numbers_are_numbers_and_nobody_elses() -> None:
    assert [parse_metering_point(number) for number in SPECIAL] == list(SPECIAL)
    assert len(LONG_NUMBER) == 33
    assert len(SPECIAL) == SPECIALS
    assert not SPECIAL.keys() & {customer.metering_point for customer in demo_customers(1_000)}
    assert all(
        Customer.from_item(customer.to_item(demo_key_hashes(customer))) == customer for customer in SPECIAL.values()
    )


@pytest.mark.parametrize(
    ("number", "count"),
    [(LONG_NUMBER, 96), (FIVE_MINUTES, 288), (HOURLY, 24), (SOLAR, 96), (MOVED_IN, 56), (CORRECTED, 96)],
)
def test_each_sends_what_is_due(number: str, count: int) -> None:
    customer = SPECIAL[number]
    readings = special_readings(customer, DAY, ZONE)
    assert len(readings) == count
    assert tuple(each.interval_start.astimezone(UTC) for each in readings) == customer.meter.due(LocalDay(DAY, ZONE))
    assert all("consumption_kwh" in each.as_json() for each in readings)


def test_a_short_interval_has_less_energy_and_the_day_has_not() -> None:
    kwh = {number: sum(r.consumption_kwh for r in special_readings(SPECIAL[number], DAY, ZONE)) for number in SPECIAL}
    assert 3 < kwh[FIVE_MINUTES] < 25
    assert 8 < kwh[HOURLY] < 45


def test_the_roof_feeds_in_by_day_alone() -> None:
    produced = {r.interval_start.hour for r in special_readings(SPECIAL[SOLAR], DAY, ZONE) if r.production_kwh}
    assert produced == set(range(8, 17))
    assert final_kwh(SPECIAL[SOLAR], DAY, ZONE)[2] > 5


def test_the_retry_is_the_first_message_again_and_older_than_the_correction() -> None:
    first, correction, retry = [each for each in special_deliveries(ZONE) if each.number == CORRECTED]
    assert first == retry
    assert first.reported_at is not None
    assert correction.reported_at is not None
    assert first.reported_at < correction.reported_at
    assert correction.as_json()["reported_at"] == "2007-02-02T01:00:00Z"
    (right,) = correction.readings
    wrong = first.readings[CORRECTED_INTERVAL]
    assert (right.interval_start, right.interval_start.hour) == (wrong.interval_start, 12)
    assert right.consumption_kwh == CORRECTED_KWH != wrong.consumption_kwh
    assert final_readings(SPECIAL[CORRECTED], DAY, ZONE)[CORRECTED_INTERVAL] == right


def test_every_message_fits_into_a_request() -> None:
    deliveries = special_deliveries(ZONE)
    assert Counter(each.number for each in deliveries) == Counter([*SPECIAL, CORRECTED, CORRECTED])
    assert all(1 <= len(each.readings) <= MAX_READINGS_PER_REQUEST for each in deliveries)


def test_the_12_real_days_have_the_published_totals_and_one_gap() -> None:
    assert sum(TWELVE_DAYS.values()) == Decimal("515.4443")
    gaps = {}
    for day, total in TWELVE_DAYS.items():
        readings = household_readings(day, ZONE)
        assert sum(Decimal(str(each.consumption_kwh)) for each in readings) == total
        assert all(each.reactive_kvarh is not None for each in readings)
        due = demo_customer(HOUSEHOLD_NUMBER).meter.due(LocalDay(day, ZONE))
        missing = set(due) - {each.interval_start.astimezone(UTC) for each in readings}
        if missing:
            gaps[day] = len(missing)
    assert gaps == {DAY_WITH_A_GAP: 1}


def test_the_days_follow_each_other() -> None:
    days = list(TWELVE_DAYS)
    assert days == [days[0] + timedelta(n) for n in range(12)]
    assert len(interval_starts(LocalDay(days[0], ZONE))) == 96
