from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customers import CustomerType
from domain.days import LocalDay
from domain.intervals import interval_starts
from domain.readings import QUANTITIES
from seed.customers import FIRST_NUMBER, HOUSEHOLD_NUMBER, demo_customer, demo_customers, demo_number
from seed.demo import DEMO_CUSTOMERS, DEMO_DAY, demo_senders
from seed.demo_faults import SILENT
from seed.household import HOUSEHOLD_DAY_KWH, household_readings, readings_of
from seed.readings import day_of_readings

ZONE = ZoneInfo("Europe/Zagreb")


@pytest.mark.parametrize(
    ("day", "count"), [(date(2026, 3, 29), 92), (date(2026, 3, 30), 96), (date(2026, 10, 25), 100)]
)
def test_a_day_has_all_its_quarter_hours(day: date, count: int) -> None:
    readings = day_of_readings(demo_customer(FIRST_NUMBER), day, ZONE)
    assert len(readings) == count
    # In UTC: a time that exists twice compares as unequal across zones (PEP 495).
    assert tuple(reading.interval_start.astimezone(UTC) for reading in readings) == interval_starts(LocalDay(day, ZONE))


def test_the_same_customer_and_date_give_the_same_readings() -> None:
    customer, day = demo_customer(demo_number(1)), date(2026, 1, 15)
    assert day_of_readings(customer, day, ZONE) == day_of_readings(customer, day, ZONE)
    assert day_of_readings(customer, day, ZONE) != day_of_readings(customer, date(2026, 1, 16), ZONE)


@given(st.integers(0, 10**6).map(demo_number), st.dates(date(2001, 1, 1), date(2030, 1, 1)))
def test_every_reading_is_one_that_the_api_takes(number: str, day: date) -> None:
    customer = demo_customer(number)
    for reading in day_of_readings(customer, day, ZONE):
        sent = reading.as_json()
        for quantity in QUANTITIES:
            if quantity.field in sent:
                assert quantity.minimum <= sent[quantity.field] <= quantity.maximum
        assert ("voltage_drops" in sent) == customer.type.must_report_parameters


def test_a_households_evening_is_busier_than_its_night() -> None:
    readings = day_of_readings(demo_customer(demo_number(3)), date(2026, 1, 15), ZONE)
    night = sum(reading.consumption_kwh for reading in readings[8:20])
    evening = sum(reading.consumption_kwh for reading in readings[74:86])
    assert evening > 2 * night


def test_the_real_households_day_is_30_413_kwh() -> None:
    readings = household_readings(DEMO_DAY, ZONE)
    assert len(readings) == 96
    assert sum(round(reading.consumption_kwh * 10_000) for reading in readings) == HOUSEHOLD_DAY_KWH * 10_000
    assert readings[0].as_json() == {
        "interval_start": "2007-02-01T00:00:00+01:00",
        "consumption_kwh": 0.071,
        "average_voltage_v": 242.84,
    }


def test_the_household_sends_real_readings_where_there_are_any() -> None:
    household = demo_customer(HOUSEHOLD_NUMBER)
    assert household.type is CustomerType.HH, "its network parameters were not all measured"
    assert readings_of(household, DEMO_DAY, ZONE) == household_readings(DEMO_DAY, ZONE)
    assert household_readings(date(2007, 2, 3), ZONE) == []
    assert len(readings_of(household, date(2007, 2, 3), ZONE)) == 96
    assert readings_of(demo_customer(demo_number(1)), DEMO_DAY, ZONE) != household_readings(DEMO_DAY, ZONE)


def test_all_active_demo_customers_but_the_silent_one_send() -> None:
    senders = {customer.metering_point for customer in demo_senders()}
    active = {customer.metering_point for customer in demo_customers(DEMO_CUSTOMERS) if customer.active}
    assert active - senders == {SILENT}
