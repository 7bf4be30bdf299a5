"""The parser takes or refuses a whole batch of readings, which a customer sends as JSON text."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.http import json_body
from service.problems import ProblemError
from service.readings import parser
from service.readings.fields import ALL_GIVEN
from service.readings.parser import Reading
from tests.unit.service.batches import GOOD, START, delivered, parse, refusal, with_field
from tests.unit.service.fakes import TERMS


def test_a_reading_becomes_exact_values_in_utc() -> None:
    full = GOOD | {
        "production_kwh": 0.1,
        "reactive_kvarh": -0.2,
        "average_voltage_v": 230.4,
        "average_frequency_hz": 50,
        "voltage_drops": 2,
        "down_time_seconds": 900,
        "quality": "estimated",
    }
    start = datetime(2026, 11, 23, 9, 15, tzinfo=UTC)
    energy = Decimal("0.317"), Decimal("0.1"), Decimal("-0.2")
    assert parse(json.dumps({"readings": [full]})) == [
        Reading(start, *energy, 230.4, 50.0, 2, 900, "estimated", ALL_GIVEN)
    ]


def test_readings_come_in_the_order_of_their_times() -> None:
    starts = ["2026-11-23T10:30:00Z", "2026-11-23T12:15:00+02:00", "2026-11-23T10:00:00Z"]
    batch = [GOOD | {"interval_start": start} for start in starts]
    assert [reading.interval_start.minute for reading in parse(json.dumps({"readings": batch}))] == [0, 15, 30]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{}", "readings"),
        ('{"readings": []}', "readings"),
        ('{"readings": {}}', "readings"),
        ('{"readings": null}', "readings"),
        ('{"readings": [1]}', "reading"),
        ('{"readings": [[]]}', "reading"),
        ("[]", "body"),
        ("null", "body"),
        ("0", "body"),
        ('"readings"', "body"),
        ('{"readings": [{"interval_start": "2026-11-23T10:15:00Z"}]}', "consumption_kwh"),
        ('{"readings": [{"consumption_kwh": 1}]}', "interval_start"),
        (with_field("consumption_kwh", "NaN"), "body"),
        (with_field("average_voltage_v", "-Infinity"), "body"),
        (with_field("consumption_kwh", "1e99999999999999999999"), "body"),
        ('{"readings": [], "readings": []}', "body"),
        ('{"readings": [{"consumption_kwh": 1, "consumption_kwh": 2}]}', "body"),
        ('{"readings": ' + "[" * 200_000 + "]" * 200_000 + "}", "body"),
    ],
)
def test_a_batch_of_another_shape_is_refused(text: str, field: str) -> None:
    assert [error.field for error in refusal(text)] == [field]


def test_an_unknown_field_beside_the_readings_is_refused() -> None:
    (error,) = refusal(json.dumps({"readings": [GOOD], "metering_point": "1"}))
    assert (error.index, error.field) == (None, "metering_point")


def test_more_than_a_thousand_readings_are_refused() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    batch = [GOOD | {"interval_start": (start + i * timedelta(minutes=15)).isoformat()} for i in range(1001)]
    assert len(parse(json.dumps({"readings": batch[:1000]}))) == 1000
    (error,) = refusal(json.dumps({"readings": batch}))
    assert "1000" in error.reason
    assert "1001" in error.reason


def test_the_same_interval_twice_names_both_readings() -> None:
    other = GOOD | {"interval_start": "2026-11-23T09:15:00Z", "consumption_kwh": 0.4}
    batch = [GOOD, GOOD | {"interval_start": "2026-11-23T09:00:00Z"}, other]
    errors = refusal(json.dumps({"readings": batch}))
    assert [(error.index, error.field) for error in errors] == [(0, "interval_start"), (2, "interval_start")]


def test_every_offending_reading_is_named() -> None:
    batch = [GOOD, GOOD | {"consumption_kwh": -1, "x": 1}, {}]
    errors = refusal(json.dumps({"readings": batch}))
    assert [(error.index, error.field) for error in errors] == [
        (1, "x"),
        (1, "consumption_kwh"),
        (2, "interval_start"),
        (2, "consumption_kwh"),
    ]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=20), inner, max_size=4),
)
READING_LIKE = st.dictionaries(
    st.sampled_from(["interval_start", "consumption_kwh", "voltage_drops", "down_time_seconds", "extra"]),
    st.sampled_from([START, 0, 1.5]) | JSON_VALUES,
)


@given(JSON_VALUES | st.fixed_dictionaries({"readings": JSON_VALUES | st.lists(READING_LIKE, max_size=3)}))
def test_any_json_is_either_taken_or_refused_with_a_reason(value: Any) -> None:
    problem, readings = outcome(json.dumps(value).encode())
    assert 1 <= len(readings) <= len(value["readings"]) if problem is None else problem.errors


@given(st.binary(max_size=200))
def test_any_bytes_are_either_taken_or_refused_with_a_reason(body: bytes) -> None:
    problem, _ = outcome(body)
    assert problem is None or (problem.status in {400, 422} and problem.detail)


def outcome(body: bytes) -> tuple[ProblemError | None, list[Reading]]:
    try:
        return None, parser.parse(json_body.parse(body), TERMS).readings
    except ProblemError as problem:
        return problem, []


def test_the_same_reading_twice_counts_as_a_repeat() -> None:
    same = GOOD | {"interval_start": "2026-11-23T09:15:07Z", "consumption_kwh": 0.3170000000001}
    delivery = delivered({"readings": [GOOD, same, GOOD]})
    assert (len(delivery.readings), delivery.repeats) == (1, 2)


def test_offending_readings_can_be_skipped() -> None:
    wrong, other = GOOD | {"consumption_kwh": -1}, GOOD | {"interval_start": "2026-11-23T09:00:00Z"}
    contradiction = other | {"consumption_kwh": 5}
    delivery = delivered({"readings": [wrong, GOOD, other, contradiction]}, skip=True)
    assert [reading.interval_start.minute for reading in delivery.readings] == [15]
    assert [(error.index, error.field) for error in delivery.rejected] == [
        (0, "consumption_kwh"),
        (2, "interval_start"),
        (3, "interval_start"),
    ]


@pytest.mark.parametrize("body", [{"readings": [], "x": 1}, {"readings": [GOOD], "reported_at": "now"}, []])
def test_a_body_of_another_shape_cannot_be_skipped(body: Any) -> None:
    with pytest.raises(ProblemError):
        delivered(body, skip=True)
