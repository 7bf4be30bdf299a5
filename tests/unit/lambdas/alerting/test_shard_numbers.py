"""The numbers of a shard are those of its due intervals and its rows, hour by hour."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from domain.customer_meter import Meter
from domain.customers import Customer
from domain.days import LocalDay
from domain.findings import BY_CODE
from domain.intervals import IntervalLengths, interval_starts
from domain.summaries import Group, Numbers
from domain.supply import Supply
from lambdas.alerting.logic import StepFiles, judge
from lambdas.alerting.reported_days import ShardDay
from lambdas.alerting.shard_numbers import shard_numbers
from lambdas.enricher.logic import write_enriched
from lambdas.runtime.duck import open_duckdb
from tests.unit.lambdas.examples import ZAGREB, a_customer, exported_parquet, readings, write_customers

DAY = LocalDay(date(2026, 10, 7), ZAGREB)
AUTUMN = LocalDay(date(2026, 10, 25), ZAGREB)
HOURLY, FIVE_MINUTES = IntervalLengths(60), IntervalLengths(5)
KWH = 3
"""The place of the consumption in a row."""


def numbers_of(
    folder: Path, day: LocalDay, customers: Sequence[Customer], rows: Sequence[tuple[object, ...]]
) -> Numbers:
    """Judges the shard as the step does, and returns its numbers."""
    with open_duckdb(folder, 512) as duck:
        exported, people, joined = (folder / name for name in ("exported", "customers", "joined"))
        exported.write_bytes(exported_parquet(folder, sorted(rows)))
        write_customers(duck, people, sorted(customers, key=lambda customer: customer.metering_point))
        write_enriched(duck, exported, people, joined)
        files = StepFiles.below(folder)
        judge(duck, ShardDay(joined, people, day), files)
        return shard_numbers(duck, people, files.judged.findings, files.enriched, day)


def by_hour(numbers: Numbers, name: str) -> list[int]:
    return [getattr(hour, name) for hour in numbers.hours]


@pytest.mark.parametrize(("lengths", "an_hour"), [(IntervalLengths(15), 4), (HOURLY, 1), (FIVE_MINUTES, 12)])
def test_each_length_has_its_intervals_in_each_hour(tmp_path: Path, lengths: IntervalLengths, an_hour: int) -> None:
    customer = a_customer(1, meter=Meter(lengths))
    found = numbers_of(tmp_path, DAY, [customer], readings(1, DAY, lengths=lengths, without=[0]))
    assert by_hour(found, "expected") == [an_hour] * 24
    assert by_hour(found, "received") == [an_hour - 1, *[an_hour] * 23]
    assert (found.total.metering_points, found.total.complete) == (1, 0)


def test_a_day_of_25_hours_has_25_of_them(tmp_path: Path) -> None:
    found = numbers_of(tmp_path, AUTUMN, [a_customer(1)], readings(1, AUTUMN))
    assert by_hour(found, "received") == by_hour(found, "expected") == [4] * 25
    assert (found.total.complete, found.with_alarm, found.worst) == (1, 0, [])


def test_hours_outside_the_supply_are_not_due_and_their_readings_still_have_energy(tmp_path: Path) -> None:
    starts = interval_starts(DAY)
    customer = a_customer(1, meter=Meter(supply=Supply(since=starts[40])))
    rows = readings(1, DAY)
    found = numbers_of(tmp_path, DAY, [customer], rows)
    assert by_hour(found, "expected") == by_hour(found, "received") == [0] * 10 + [4] * 14
    assert by_hour(found, "readings") == [4] * 24
    assert found.total.kwh == sum(Decimal(row[KWH]) for row in rows)


def test_customers_who_are_not_active_or_not_known_owe_nothing(tmp_path: Path) -> None:
    rows = [*readings(1, DAY), *readings(2, DAY), *readings(9, DAY)]
    found = numbers_of(tmp_path, DAY, [a_customer(1), a_customer(2, "C", active=False)], rows)
    assert (found.total.metering_points, found.total.expected, found.total.received) == (1, 96, 96)
    assert found.total.readings == 3 * 96
    assert (found.types["C"].expected, found.types["C"].readings) == (0, 96)
    assert (found.types[""].expected, found.types[""].readings) == (0, 96)


def test_the_energy_to_use_has_the_estimates(tmp_path: Path) -> None:
    rows = readings(1, DAY, without=[40], parameters=False)
    found = numbers_of(tmp_path, DAY, [a_customer(1)], rows)
    reported = sum(Decimal(row[KWH]) for row in rows)
    assert found.total.kwh == reported
    assert found.total.validated_kwh > reported
    assert found.hours[10].validated_kwh > found.hours[10].kwh
    assert found.estimated == {"interpolation": 1}


def test_the_worst_points_are_named_without_the_customer(tmp_path: Path) -> None:
    customers = [a_customer(number, city="<b>", county="Istarska") for number in (1, 2)]
    found = numbers_of(tmp_path, DAY, customers, readings(2, DAY, without=[5, 6]))
    about = {"type": "HH", "city": "<b>", "county": "Istarska", "expected": 96, "alarms": 1}
    reason = {"severity": "alarm"}
    silent = reason | {"code": "MCD", "words": "no reading, 96 were due"}
    gaps = reason | {"code": "ICD", "words": "2 of 96 intervals missing, the first at 23:15 UTC"}
    for point in found.worst:
        (only,) = point["reasons"]
        assert BY_CODE[only["code"]].in_words(only.pop("details")) == only["words"], "the details say the same"
    assert found.worst == [
        about | {"number": "1", "received": 0, "reasons": [silent]},
        about | {"number": "2", "received": 94, "reasons": [gaps]},
    ]


def test_a_shard_without_customers_has_no_numbers(tmp_path: Path) -> None:
    found = numbers_of(tmp_path, DAY, [], [])
    assert (found.total, found.findings, found.worst) == (Group(), {}, [])
    assert by_hour(found, "expected") == [0] * 24
