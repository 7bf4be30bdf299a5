"""The parser takes each field within its limits and refuses it outside of them."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.readings.fields import GIVEN
from tests.unit.service.batches import GOOD, parse, refusal, with_field


@pytest.mark.parametrize(
    "start",
    [
        "2026-11-23T10:15:00Z",
        "2026-11-23t10:15:00z",
        "2026-11-23T10:15:00.000Z",
        "2026-11-23T10:15:00.000000000000+01:00",
        "2026-11-23T10:00:00-00:00",
        "2026-11-23T12:00:00Z",
        "2026-11-23T10:15:01Z",
        "2026-11-23T10:14:30Z",
        "2026-11-23T10:15:00.000001Z",
        "2000-01-01T00:00:00Z",
        "2026-11-23T15:45:00+05:45",
    ],
)
def test_a_start_on_the_grid_up_to_now_is_taken(start: str) -> None:
    assert parse(with_field("interval_start", json.dumps(start)))


@pytest.mark.parametrize(
    ("literal", "reason"),
    [
        ('"2026-11-23T10:15:00"', "offset"),
        ('"2026-11-23T10:16:00Z"', "interval of 15 minutes"),
        ('"2026-11-23T10:15:31Z"', "interval of 15 minutes"),
        ('"2026-11-23T10:15:30.000001Z"', "interval of 15 minutes"),
        ('"2026-11-23T10:15:00.0000001Z"', "microsecond"),
        ('"2026-11-23T10:15:00+00:01"', "interval of 15 minutes"),
        ('"2026-11-23T12:15:00Z"', "future"),
        ('"9999-12-31T23:45:00-23:59"', "not a time that exists"),
        ('"0001-01-01T00:00:00+01:00"', "not a time that exists"),
        ('"1999-12-31T23:45:00Z"', "before 2000-01-01"),
        ('"2026-02-29T00:00:00Z"', "not a time that exists"),
        ('"2026-11-23T24:00:00Z"', "not a time that exists"),
        ('"2026-11-23T10:15:60Z"', "not a time that exists"),
        ('"2026-11-23T10:15:00+24:00"', "not a time that exists"),
        ('"2026-11-23T10:15:00+01:60"', "RFC 3339"),
        ('"2026-11-23 10:15:00Z"', "RFC 3339"),
        ('"2026-11-23T10:15Z"', "RFC 3339"),
        ('"20261123T101500Z"', "RFC 3339"),
        ('"2026-W48-1T10:15:00Z"', "RFC 3339"),
        ('"2026-11-23T10:15:00Z\\n"', "RFC 3339"),
        ('"٢٠٢٦-11-23T10:15:00Z"', "RFC 3339"),
        ('"2026-11-23T10:15:00Europe/Zagreb"', "RFC 3339"),
        ('""', "RFC 3339"),
        ("1763889300", "RFC 3339"),
        ("null", "RFC 3339"),
        ("true", "RFC 3339"),
        ("[]", "RFC 3339"),
    ],
)
def test_a_wrong_start_is_refused(literal: str, reason: str) -> None:
    (error,) = refusal(with_field("interval_start", literal))
    assert (error.index, error.field) == (0, "interval_start")
    assert reason in error.reason


@pytest.mark.parametrize(
    ("name", "literal", "value"),
    [
        ("consumption_kwh", "0", Decimal(0)),
        ("consumption_kwh", "-0.0", Decimal(0)),
        ("consumption_kwh", "1E-6", Decimal("0.000001")),
        ("consumption_kwh", "1.5000000000", Decimal("1.5")),
        ("consumption_kwh", "999999.999999", Decimal("999999.999999")),
        ("consumption_kwh", "0.30000000000000004", Decimal("0.3")),
        ("consumption_kwh", "0.0000005", Decimal(0)),
        ("consumption_kwh", "0.0000015", Decimal("0.000002")),
        ("consumption_kwh", "0.0000025", Decimal("0.000002")),
        ("consumption_kwh", "999999.9999994", Decimal("999999.999999")),
        ("consumption_kwh", "1e-999999999", Decimal(0)),
        ("consumption_kwh", "-0.0000001", Decimal(0)),
        ("production_kwh", "0.5", Decimal("0.5")),
        ("production_kwh", "null", None),
        ("reactive_kvarh", "-1.25", Decimal("-1.25")),
        ("voltage_drops", "1.5", 2),
        ("voltage_drops", "2.5", 2),
        ("down_time_seconds", "0.5", 0),
        ("quality", '"edited"', "edited"),
        ("quality", "null", "measured"),
        ("average_voltage_v", "1000000", 1_000_000.0),
        ("average_voltage_v", "0", 0.0),
        ("average_voltage_v", "null", None),
        ("average_frequency_hz", "1e3", 1000.0),
        ("average_frequency_hz", "1e-400", 0.0),
        ("voltage_drops", "3.0", 3),
        ("voltage_drops", "1e2", 100),
        ("down_time_seconds", "0", 0),
        ("down_time_seconds", "null", None),
    ],
)
def test_a_number_within_its_limits_is_taken(name: str, literal: str, value: Any) -> None:
    found = getattr(parse(with_field(name, literal))[0], name)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("name", "literal"),
    [
        ("consumption_kwh", "-0.000001"),
        ("consumption_kwh", "1000000"),
        ("consumption_kwh", "999999.9999995"),
        ("production_kwh", "-0.1"),
        ("reactive_kvarh", "-1000000"),
        ("quality", '"good"'),
        ("quality", "1"),
        ("consumption_kwh", "1e300"),
        ("consumption_kwh", "9" * 5000),
        ("consumption_kwh", '"0.317"'),
        ("consumption_kwh", "true"),
        ("consumption_kwh", "null"),
        ("consumption_kwh", "[1]"),
        ("consumption_kwh", "{}"),
        ("average_voltage_v", "1000000.0001"),
        ("average_voltage_v", "-1"),
        ("average_voltage_v", '"230"'),
        ("average_frequency_hz", "1000.1"),
        ("average_frequency_hz", "false"),
        ("voltage_drops", "-0.6"),
        ("voltage_drops", "-1"),
        ("voltage_drops", "1e30"),
        ("voltage_drops", '"1"'),
        ("down_time_seconds", "901"),
        ("down_time_seconds", "900.6"),
        ("surprise", "1"),
        ("__class__", "1"),
    ],
)
def test_a_field_out_of_its_limits_is_refused(name: str, literal: str) -> None:
    (error,) = refusal(with_field(name, literal))
    assert (error.index, error.field) == (0, name)


@given(st.integers(min_value=0, max_value=999_999_999_999))
def test_any_consumption_of_six_decimals_is_kept_exactly(millionths: int) -> None:
    exact = Decimal(millionths).scaleb(-6)
    (reading,) = parse(with_field("consumption_kwh", f"{exact:f}"))
    assert reading.consumption_kwh == exact
    assert Decimal(json.dumps(float(reading.consumption_kwh))) == exact


def test_a_negative_consumption_is_refused_with_the_field_where_it_belongs() -> None:
    (error,) = refusal(with_field("consumption_kwh", "-0.4"))
    assert "production_kwh" in error.reason


def test_a_left_out_field_differs_from_null() -> None:
    (left_out,), (null,) = parse(with_field("voltage_drops", "1")), parse(with_field("average_voltage_v", "null"))
    assert left_out.average_voltage_v is None is null.average_voltage_v
    assert not left_out.given & GIVEN["average_voltage_v"]
    assert null.given == GIVEN["average_voltage_v"]


@pytest.mark.parametrize(
    ("literal", "reason"),
    [
        ('"2026-11-23T12:07:31Z"', "future"),
        ('"2026-11-23T12:00:00"', "offset"),
        ("null", "RFC 3339"),
        ("1763889300", "RFC 3339"),
    ],
)
def test_a_wrong_time_of_the_report_is_refused(literal: str, reason: str) -> None:
    (error,) = refusal(f'{{"readings": [{json.dumps(GOOD)}], "reported_at": {literal}}}')
    assert (error.index, error.field) == (None, "reported_at")
    assert reason in error.reason
