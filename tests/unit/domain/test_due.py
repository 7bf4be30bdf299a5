"""Intervals are due inside the supply, and the identity headers encode lengths and supplies."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customer_meter import METER_ATTRIBUTES, Meter, meter_from_item, meter_to_item
from domain.days import LocalDay
from domain.identity_headers import INTERVAL_MINUTES, METERING_POINT, SUPPLY, Identity, InvalidIdentityError
from domain.intervals import IntervalLengths, interval_starts
from domain.supply import ALWAYS, InvalidSupplyError, Supply
from tests.unit.domain.test_intervals import CHANGED, INSTANTS
from tests.unit.domain.test_metering_points import NUMBERS
from tests.unit.lambdas.examples import ZAGREB

DAY = LocalDay(date(2026, 11, 3), ZAGREB)
SUPPLIES = st.builds(
    lambda ends, open_end: Supply(ends[0] if open_end != 0 else None, ends[1] if open_end != 1 else None),
    st.lists(INSTANTS, min_size=2, max_size=2, unique=True).map(sorted),
    st.integers(0, 2),
)
METERS = st.builds(Meter, CHANGED, st.just(ALWAYS) | SUPPLIES)


def test_a_customer_who_moves_in_at_10_owes_the_rest_of_the_day() -> None:
    ten = datetime(2026, 11, 3, 9, tzinfo=UTC)
    assert Meter(supply=Supply(since=ten)).due(DAY) == interval_starts(DAY)[40:]
    assert Meter(supply=Supply(until=ten)).due(DAY) == interval_starts(DAY)[:40]


def test_an_interval_that_is_partly_outside_is_not_due() -> None:
    seven_past_ten = datetime(2026, 11, 3, 9, 7, tzinfo=UTC)
    assert Meter(supply=Supply(since=seven_past_ten)).due(DAY) == interval_starts(DAY)[41:]
    assert Meter(supply=Supply(until=seven_past_ten)).due(DAY) == interval_starts(DAY)[:40]


def test_nothing_is_due_before_and_after_the_supply() -> None:
    assert Meter(supply=Supply(since=DAY.end)).due(DAY) == ()
    assert Meter(supply=Supply(until=DAY.start)).due(DAY) == ()


def test_each_day_is_judged_by_its_own_length() -> None:
    meter = Meter(IntervalLengths(5, ((DAY.start, 30),)))
    before = LocalDay(DAY.date - timedelta(days=1), ZAGREB)
    assert (len(meter.due(before)), len(meter.due(DAY))) == (288, 48)


@given(METERS)
def test_a_meter_and_its_attributes_are_one_to_one(meter: Meter) -> None:
    item = meter_to_item(meter)
    assert set(item) <= set(METER_ATTRIBUTES)
    assert meter_from_item(item) == (meter, [])


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("interval_minutes", {"N": "7"}),
    ("interval_minutes", {"N": "15.0"}),
    ("interval_minutes", {"S": "15"}),
    ("interval_minutes", {"L": []}),
    ("interval_minutes", {"L": [{"M": {"minutes": {"N": "15"}, "from": {"S": "2026-11-01T00:00:00Z"}}}]}),
    ("interval_minutes", {"L": [{"M": {"minutes": {"N": "15"}}}, {"M": {"minutes": {"N": "60"}}}]}),
    ("interval_minutes", {"L": [{"M": {"minutes": {"N": "15"}}}, {"M": {"minutes": {"N": "60"}, "from": {"S": "x"}}}]}),
    ("supplied_from", {"S": "2026-11-01"}),
    ("supplied_from", {"N": "1"}),
    ("supplied_until", {"S": "2026-11-01T00:00:00"}),
]


@pytest.mark.parametrize(("attribute", "value"), WRONG)
def test_a_wrong_attribute_is_a_fault_that_names_it(attribute: str, value: dict[str, Any]) -> None:
    meter, faults = meter_from_item({attribute: value})
    assert meter == Meter()
    (fault,) = faults
    assert fault.startswith(attribute)


def test_a_supply_that_ends_before_it_begins_is_a_fault() -> None:
    item = {"supplied_from": {"S": "2026-11-02T00:00:00Z"}, "supplied_until": {"S": "2026-11-01T00:00:00Z"}}
    assert meter_from_item(item) == (Meter(), ["supplied_until is not after the begin of the supply"])


@given(NUMBERS, METERS)
def test_the_headers_say_what_the_authorizer_knows(number: str, meter: Meter) -> None:
    identity = Identity(number, meter.lengths, meter.supply)
    assert Identity.from_headers(identity.as_headers()) == identity
    assert all(identity.as_context().values()), "the gateway makes no header of an empty value"


def test_headers_in_words() -> None:
    supply = Supply(since=datetime(2026, 11, 1, 9, tzinfo=UTC))
    assert Identity("DE1", IntervalLengths(60), supply).as_headers() == {
        "x-billing-metering-point": "DE1",
        "x-interval-minutes": "60",
        "x-supply": "2026-11-01T09:00:00Z/",
    }


GOOD = Identity("DE1").as_headers()


@pytest.mark.parametrize(
    "headers",
    [
        *({name: value for name, value in GOOD.items() if name != left_out} for left_out in GOOD),
        GOOD | {METERING_POINT: "de1"},
        GOOD | {INTERVAL_MINUTES: "7"},
        GOOD | {INTERVAL_MINUTES: "15,15"},
        GOOD | {SUPPLY: ""},
        GOOD | {SUPPLY: "2026-11-01/"},
        GOOD | {SUPPLY: "2026-11-01T09:00:00Z/2026-11-01T09:00:00Z"},
    ],
)
def test_headers_that_no_gateway_made_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(InvalidIdentityError):
        Identity.from_headers(headers)


def test_a_supply_without_a_duration_is_none() -> None:
    with pytest.raises(InvalidSupplyError):
        Supply(DAY.start, DAY.start)
