"""Each planted fault raises exactly its alarm, and no other reading of the demo raises one.

The pipeline's own code judges the demo's day.
"""

from pathlib import Path
from zoneinfo import ZoneInfo

from bench.detection.judging import Judge
from bench.detection.series import DayValues
from domain.customers import Customer, CustomerType
from domain.days import LocalDay
from domain.findings import BY_CODE, Severity
from domain.intervals import interval_starts
from domain.readings import QUANTITIES
from lambdas.runtime.duck import open_duckdb
from seed.customers import demo_customers
from seed.demo import DEMO_CUSTOMERS, DEMO_DAY, demo_readings
from seed.demo_faults import PlantedFault, planted_faults
from seed.household import readings_of
from seed.readings import DemoReading
from seed.special import final_readings, special_customers

ZONE = ZoneInfo("Europe/Zagreb")
DAY = LocalDay(DEMO_DAY, ZONE)


def values_of(customer: Customer, readings: list[DemoReading]) -> DayValues:
    """Returns the readings as the measurement of the checks takes them. A missing reading is None."""
    by_start = {reading.interval_start: reading for reading in readings}
    day = [by_start.get(start) for start in interval_starts(DAY, customer.meter.lengths)]
    return DayValues(
        tuple(None if each is None else each.consumption_kwh for each in day),
        tuple(None if each is None else each.average_voltage_v for each in day),
        tuple(None if each is None else each.average_frequency_hz for each in day),
        tuple(None if each is None else each.down_time_seconds for each in day),
    )


def fault(code: str) -> PlantedFault:
    (found,) = [each for each in planted_faults() if each.raises == code]
    return found


def test_each_planted_fault_raises_exactly_its_alarm_and_nobody_else_raises_one(tmp_path: Path) -> None:
    subjects = [(each, values_of(each, demo_readings(each, ZONE))) for each in demo_customers(DEMO_CUSTOMERS)]
    specials = [special.customer for special in special_customers(ZONE)]
    subjects += [(each, values_of(each, final_readings(each, DEMO_DAY, ZONE))) for each in specials]
    with open_duckdb(tmp_path, 512) as duck:
        found = Judge(duck, tmp_path, ZONE).judge(DEMO_DAY, subjects, {})
    alarms = [(row.number, row.code) for row in found.rows if BY_CODE[row.code].severity is Severity.ALARM]
    assert sorted(alarms) == sorted((each.customer.metering_point, each.raises) for each in planted_faults())


def test_the_faults_are_in_the_order_of_the_checks() -> None:
    codes = [each.raises for each in planted_faults()]
    assert codes == sorted(codes, key=list(BY_CODE).index)


def test_faults_are_planted_at_active_customers_one_each() -> None:
    customers = [each.customer for each in planted_faults()]
    assert all(customer.active for customer in customers)
    assert len({customer.metering_point for customer in customers}) == len(customers)
    assert fault("MNP").customer.type is CustomerType.I
    assert fault("ZER").customer.type is not CustomerType.HH


def test_every_planted_reading_is_one_that_the_api_takes() -> None:
    for each in planted_faults():
        for reading in demo_readings(each.customer, ZONE):
            sent = reading.as_json()
            for quantity in QUANTITIES:
                if quantity.field in sent:
                    assert quantity.minimum <= sent[quantity.field] <= quantity.maximum
            assert (reading.down_time_seconds or 0) <= 900


def test_a_planted_fault_changes_the_day_and_the_rest_of_the_demo_is_as_it_was() -> None:
    planted = {each.customer.metering_point for each in planted_faults()}
    for customer in demo_customers(DEMO_CUSTOMERS):
        changed = demo_readings(customer, ZONE) != readings_of(customer, DEMO_DAY, ZONE)
        assert changed == (customer.metering_point in planted)
