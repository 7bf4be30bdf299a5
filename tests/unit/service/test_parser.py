"""Every rule of a batch of readings, as the JSON text that a customer sends."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.intervals import IntervalLengths
from domain.supply import Supply
from service.http import json_body
from service.problems import ItemError, ProblemError
from service.readings import parser
from service.readings.fields import ALL_GIVEN, GIVEN, Terms
from service.readings.parser import Delivery, Reading
from tests.unit.service.fakes import TERMS

START = "2026-11-23T10:15:00+01:00"
GOOD = {"interval_start": START, "consumption_kwh": 0.317}


def parse(text: str) -> list[Reading]:
    return parser.parse(json_body.parse(text.encode()), TERMS).readings


def delivered(body: Any, terms: Terms = TERMS, *, skip: bool = False) -> Delivery:
    return parser.parse(json_body.parse(json.dumps(body).encode()), terms, skip=skip)


def with_field(name: str, literal: str) -> str:
    fields = {key: json.dumps(value) for key, value in GOOD.items()} | {name: literal}
    return '{"readings": [{' + ", ".join(f'"{key}": {value}' for key, value in fields.items()) + "}]}"


def refusal(text: str) -> list[ItemError]:
    with pytest.raises(ProblemError) as caught:
        parse(text)
    assert caught.value.status == 422
    return list(caught.value.errors)


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


@given(st.integers(min_value=0, max_value=999_999_999_999))
def test_any_consumption_of_six_decimals_is_kept_exactly(millionths: int) -> None:
    exact = Decimal(millionths).scaleb(-6)
    (reading,) = parse(with_field("consumption_kwh", f"{exact:f}"))
    assert reading.consumption_kwh == exact
    assert Decimal(json.dumps(float(reading.consumption_kwh))) == exact


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


def test_a_reading_past_retention_is_refused_with_the_oldest_that_is_kept() -> None:
    oldest = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    items = [GOOD | {"interval_start": f"2026-11-23T09:{minute}:00Z"} for minute in (15, 30)]
    body = json.dumps({"readings": items}).encode()
    with pytest.raises(ProblemError) as caught:
        parser.parse(json_body.parse(body), replace(TERMS, oldest=oldest))
    assert [(error.index, error.field) for error in caught.value.errors] == [(0, "interval_start")]
    assert "2026-11-23T09:30:00Z" in caught.value.errors[0].reason


def test_a_negative_consumption_is_refused_with_the_field_where_it_belongs() -> None:
    (error,) = refusal(with_field("consumption_kwh", "-0.4"))
    assert "production_kwh" in error.reason


def test_the_same_reading_twice_counts_as_a_repeat() -> None:
    same = GOOD | {"interval_start": "2026-11-23T09:15:07Z", "consumption_kwh": 0.3170000000001}
    delivery = delivered({"readings": [GOOD, same, GOOD]})
    assert (len(delivery.readings), delivery.repeats) == (1, 2)


def test_a_left_out_field_differs_from_null() -> None:
    (left_out,), (null,) = parse(with_field("voltage_drops", "1")), parse(with_field("average_voltage_v", "null"))
    assert left_out.average_voltage_v is None is null.average_voltage_v
    assert not left_out.given & GIVEN["average_voltage_v"]
    assert null.given == GIVEN["average_voltage_v"]


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


def with_lengths(lengths: IntervalLengths, start: str) -> Delivery:
    terms = replace(TERMS, grid=replace(TERMS.grid, lengths=lengths))
    return delivered({"readings": [GOOD | {"interval_start": start}]}, terms)


@pytest.mark.parametrize(
    ("minutes", "taken", "refused"),
    [(5, "10:05", "10:06"), (10, "10:50", "10:15"), (30, "10:30", "10:15"), (60, "11:00", "10:30")],
)
def test_the_grid_has_the_length_of_the_metering_point(minutes: int, taken: str, refused: str) -> None:
    assert with_lengths(IntervalLengths(minutes), f"2026-11-23T{taken}:00Z").readings
    with pytest.raises(ProblemError) as caught:
        with_lengths(IntervalLengths(minutes), f"2026-11-23T{refused}:00Z")
    assert f"{minutes} minutes" in caught.value.errors[0].reason


def test_old_days_keep_their_length_where_it_changes() -> None:
    lengths = IntervalLengths(15, ((datetime(2026, 11, 20, 23, tzinfo=UTC), 60),))
    assert with_lengths(lengths, "2026-11-20T22:45:00Z").readings
    with pytest.raises(ProblemError):
        with_lengths(lengths, "2026-11-20T23:15:00Z")


def test_a_down_time_is_at_most_as_long_as_its_own_interval() -> None:
    hours = replace(TERMS, grid=replace(TERMS.grid, lengths=IntervalLengths(60)))
    item = GOOD | {"interval_start": "2026-11-23T10:00:00Z", "down_time_seconds": 3600}
    assert delivered({"readings": [item]}, hours).readings
    with pytest.raises(ProblemError) as caught:
        delivered({"readings": [item]})
    assert caught.value.errors[0].field == "down_time_seconds"


SUPPLY = Supply(datetime(2026, 11, 10, 9, tzinfo=UTC), datetime(2026, 11, 20, 10, 7, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "days_later", "reason"),
    [
        ("2026-11-10T09:00:00Z", 3, None),
        ("2026-11-10T08:45:00Z", 3, "before the supply"),
        ("2026-11-20T10:00:00Z", 3, None),  # a part of it is inside
        ("2026-11-20T10:15:00Z", 3, "after the supply"),
        ("2026-11-20T10:00:00Z", 30, None),
        ("2026-11-20T10:00:00Z", 31, "too late"),
    ],
)
def test_a_customer_who_left_can_send_what_lies_inside_the_supply(
    start: str, days_later: int, reason: str | None
) -> None:
    now = datetime(2026, 11, 20, 10, 7, tzinfo=UTC) + timedelta(days=days_later)
    terms = replace(TERMS, now=now, supply=SUPPLY)
    body = {"readings": [GOOD | {"interval_start": start}]}
    if reason is None:
        assert delivered(body, terms).readings
    else:
        with pytest.raises(ProblemError) as caught:
            delivered(body, terms)
        assert reason in caught.value.errors[0].reason
