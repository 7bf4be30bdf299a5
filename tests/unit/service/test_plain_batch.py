"""The fast reader of usual bodies against the careful one: what it takes, it takes alike."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service import json_body, plain_batch, reading_batch
from service.problems import ProblemError
from service.reading_batch import Reading
from service.reading_fields import EARLIEST, FIELDS
from tests.unit.service.fakes import NOW

START = "2026-11-23T10:15:00+01:00"
FULL = {
    "interval_start": START,
    "consumption_kwh": 0.317,
    "average_voltage_v": 230.4,
    "average_frequency_hz": 50.01,
    "voltage_drops": 2,
    "down_time_seconds": 900,
}
GOOD = '{"interval_start": "2026-11-23T10:15:00+01:00", "consumption_kwh": 0.317%s}'


def plain(text: str, oldest: datetime = EARLIEST) -> list[Reading] | None:
    return plain_batch.parse(text.encode(), NOW, oldest)


def careful(text: str) -> list[Reading] | None:
    try:
        return reading_batch.parse(json_body.parse(text.encode()), NOW, EARLIEST)
    except ProblemError:
        return None


def day(**more: Any) -> str:
    start = datetime(2026, 11, 22, tzinfo=UTC)
    starts = [(start + number * timedelta(minutes=15)).isoformat() for number in range(96)]
    return json.dumps({"readings": [FULL | more | {"interval_start": each} for each in starts]})


def one(*literals: str) -> str:
    return '{"readings": [' + GOOD % "".join(f", {literal}" for literal in literals) + "]}"


@pytest.mark.parametrize(
    "text",
    [
        day(),
        json.dumps({"readings": [{"interval_start": START, "consumption_kwh": 12}]}),
        json.dumps({"readings": [FULL | {"voltage_drops": None, "average_voltage_v": None}]}),
        json.dumps({"readings": list(reversed(json.loads(day())["readings"]))}),
        f' {{ "readings" : [ {json.dumps(FULL)} ] }} ',
        one('"average_voltage_v": 230'),
        one('"voltage_drops": 0', '"down_time_seconds": 900'),
    ],
)
def test_usual_bodies_are_read_like_the_careful_reader_does(text: str) -> None:
    found = plain(text)
    assert found is not None
    assert found == careful(text)


@pytest.mark.parametrize(
    "text",
    [
        one('"consumption_kwh": 0.317'),  # the name twice, with the same value
        one('"voltage_drops": null', '"voltage_drops": 1'),
        '{"readings": [], "readings": [' + GOOD % "" + "]}",
        '{"readings": [' + GOOD % "" + "," + GOOD % "" + "]}",
        one('"surprise": 1'),
        one('"voltage_drops": 1.00000000000000000001'),
        one('"average_voltage_v": 1000000.00000000000000001'),
        one('"average_voltage_v": -1e-400'),
        one('"average_voltage_v": "230"'),
        one('"average_frequency_hz": NaN'),
        one().replace("0.317", '"0.317"'),
        one().replace("0.317", "-0.317"),
        one().replace("0.317", "0.3170001"),
        one().replace("0.317", "1000000"),
        one().replace("0.317", "007"),
        one().replace("0.317", "true"),
        one().replace("0.317", "null"),
        one().replace("0.317", "0.317,1"),
        one().replace("10:15", "10:16"),
        one().replace("2026", "2027"),
        one().replace("2026", "1999"),
        one().replace("+01:00", ""),
        one().replace('"2026-11-23T10:15:00+01:00"', "1763889300"),
        '{"readings": []}',
        "[]",
        "",
        "{",
        one() + "x",
        '{"readings": ' + "[" * 100_000,
        json.dumps({"readings": [FULL] * 1001}),
    ],
)
def test_what_has_to_be_refused_is_left_to_the_careful_reader(text: str) -> None:
    assert careful(text) is None
    assert plain(text) is None


@pytest.mark.parametrize(
    "text",
    [
        one().replace("0.317", "3.17e-1"),
        one().replace("0.317", "-0.0"),
        one().replace("0.317", "1.500000000"),
        one('"voltage_drops": 3.0'),
        one('"average_voltage_v": 0'),
        one('"average_voltage_v": 1000000'),
        one().replace("readings", "\\u0072eadings"),
    ],
)
def test_rare_spellings_are_left_to_it_too(text: str) -> None:
    assert careful(text) is not None
    assert plain(text) is None


def test_a_reading_before_the_oldest_is_left_to_it() -> None:
    assert plain(one(), oldest=datetime(2026, 11, 23, 9, 15, tzinfo=UTC)) is not None
    assert plain(one(), oldest=datetime(2026, 11, 23, 9, 30, tzinfo=UTC)) is None


def test_it_knows_every_field() -> None:
    assert plain_batch._Item.__struct_fields__ == tuple(FIELDS) == Reading._fields


NUMBERS = st.one_of(
    st.integers(-3, 1_000_001).map(str),
    st.decimals(-1, 1_000_001, allow_nan=False, allow_infinity=False).map(str),
    st.floats(allow_nan=True).map(json.dumps),
    st.sampled_from(["null", "true", '"1"', "0", "900", "1e2", "0.000001", "999999.999999", "1E400", "-0"]),
)
NAMES = st.sampled_from([*FIELDS, "other"])
TIMES = st.sampled_from(
    [json.dumps(START), '"2026-11-23T09:00:00Z"', '"2026-11-23T09:01:00Z"', "1", '"x"', '"\\u0041"']
)
ITEM = st.builds(
    lambda start, kwh, others: (
        '{"interval_start": '
        + start
        + ', "consumption_kwh": '
        + kwh
        + "".join(f', "{name}": {value}' for name, value in others)
        + "}"
    ),
    TIMES,
    NUMBERS,
    st.lists(st.tuples(NAMES, NUMBERS), max_size=4),
)


@given(st.lists(ITEM, max_size=4))
def test_whatever_it_takes_the_careful_reader_takes_alike(items: list[str]) -> None:
    text = '{"readings": [' + ", ".join(items) + "]}"
    found = plain(text)
    if found is not None:
        assert found == careful(text)
