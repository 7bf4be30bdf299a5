"""The fast parser takes the same readings as the careful parser, or leaves the body to it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.readings import QUANTITIES
from service.http import json_body
from service.problems import ItemError, ProblemError
from service.readings import fast_parser, parser
from service.readings.fields import FIELDS, Field
from service.readings.parser import Delivery, Reading
from service.readings.times import EARLIEST, Terms
from tests.unit.service.batches import START
from tests.unit.service.drawn_bodies import GRIDS, INSTANTS, QUARTER, bodies
from tests.unit.service.fakes import NOW, TERMS

FULL = {
    "interval_start": START,
    "consumption_kwh": 0.317,
    "production_kwh": 0.1,
    "reactive_kvarh": -0.2,
    "average_voltage_v": 230.4,
    "average_frequency_hz": 50.01,
    "voltage_drops": 2,
    "down_time_seconds": 900,
    "quality": "estimated",
}
GOOD = '{"interval_start": "2026-11-23T10:15:00+01:00", "consumption_kwh": 0.317%s}'


def fast(text: str, terms: Terms = TERMS) -> Delivery | None:
    return fast_parser.parse(text.encode(), terms)


def careful(text: str, terms: Terms = TERMS) -> Delivery | None:
    try:
        return parser.parse(json_body.parse(text.encode()), terms)
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
        one('"voltage_drops": 3.0'),
        one().replace("0.317", "3.17e-1"),
        one().replace("0.317", "-0.0"),
        one().replace("0.317", "1.500000000"),
        one().replace("0.317", "999999.999999"),
        one().replace("0.317", "0.3170001"),
        one().replace("0.317", "0.30000000000000004"),
        one('"quality": null'),
        one('"quality": "edited"', '"production_kwh": 4'),
        one('"reactive_kvarh": -1.5'),
        '{"readings": [' + GOOD % "" + "," + GOOD % "" + "]}",
        '{"readings": [' + GOOD % "" + '], "reported_at": "2026-11-23T12:00:00+01:00"}',
        one().replace("15:00+", "15:07+"),
        one().replace("2026-11-23T10", "2000-01-01T01").replace(":15", ":00"),
    ],
)
def test_common_bodies_are_read_as_the_careful_parser_reads_them(text: str) -> None:
    found = fast(text)
    assert found is not None
    assert found == careful(text)


@pytest.mark.parametrize(
    "text",
    [
        one('"consumption_kwh": 0.317'),  # the name twice, with the same value
        one('"voltage_drops": null', '"voltage_drops": 1'),
        '{"readings": [], "readings": [' + GOOD % "" + "]}",
        '{"readings": [' + GOOD % "" + "," + GOOD % ', "voltage_drops": 1' + "]}",
        '{"readings": [' + GOOD % "" + '], "reported_at": "2026-11-23T12:08:00Z"}',
        '{"readings": [' + GOOD % "" + '], "reported_at": null}',
        '{"readings": [' + GOOD % "" + '], "reported_at": "2026-11-23", "reported_at": "2026-11-23T12:00:00Z"}',
        one('"surprise": 1'),
        one('"quality": "good"'),
        one('"down_time_seconds": 901'),
        one('"production_kwh": -1'),
        one('"average_voltage_v": 1000000.00000000000000001'),
        one('"average_voltage_v": -1e-400'),
        one('"average_voltage_v": "230"'),
        one('"average_frequency_hz": NaN'),
        one().replace("0.317", '"0.317"'),
        one().replace("0.317", "-0.317"),
        one().replace("0.317", "1000000"),
        one().replace("0.317", "007"),
        one().replace("0.317", "true"),
        one().replace("0.317", "null"),
        one().replace("0.317", "0.317,1"),
        one().replace("10:15", "10:16"),
        one().replace("2026", "2027"),
        one().replace("2026", "1999"),
        one().replace("2026", "1970"),
        one().replace("+01:00", "+24:00"),
        one().replace("15:00+", "15:60+"),
        one().replace("0.317", "1e999999999999999999999"),
        one().replace("0.317", "1" * 5_000),
        "\ufeff" + one(),
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
def test_what_has_to_be_refused_is_left_to_the_careful_parser(text: str) -> None:
    assert careful(text) is None
    assert fast(text) is None


@pytest.mark.parametrize(
    "text",
    [
        one('"average_voltage_v": 0'),
        one('"average_voltage_v": 1000000'),
        one().replace("readings", "\\u0072eadings"),
    ],
)
def test_rare_spellings_are_left_to_it_too(text: str) -> None:
    assert careful(text) is not None
    assert fast(text) is None


def test_it_knows_every_field() -> None:
    assert fast_parser._Item.__struct_fields__ == tuple(FIELDS) == Reading._fields[:-1]


class Sevenless:
    """Has a field's rules and one more rule: the value 7 is refused."""

    def __init__(self, field: Field) -> None:
        self.required, self.decoded, self.is_text = field.required, field.decoded, field.is_text
        self._field = field

    def read(self, values: Sequence[Any], terms: Terms) -> list[Any]:
        kept = self._field.read(values, terms)
        if 7 in kept:
            raise ValueError("is 7")
        return kept

    def schema(self) -> dict[str, Any]:
        return self._field.schema()


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if not field.is_text])
def test_a_rule_that_a_field_gets_holds_for_both_parsers(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps({"readings": [FULL | {name: 7}]})
    assert fast(text) == careful(text) != None  # noqa: E711 - neither of them
    monkeypatch.setitem(FIELDS, name, Sevenless(FIELDS[name]))
    assert (fast(text), careful(text)) == (None, None)


def test_a_rule_that_a_batch_gets_holds_for_both_parsers(monkeypatch: pytest.MonkeyPatch) -> None:
    text = day()
    monkeypatch.setattr(parser, "is_number_taken", lambda items: items != 96)
    assert (fast(text), careful(text)) == (None, None)
    monkeypatch.undo()
    monkeypatch.setattr(parser, "_contradictions", lambda *_: [ItemError("readings", "are a day")])
    assert (fast(text), careful(text)) == (None, None)


def at_a_floats_limit(reading: Reading) -> bool:
    found = [(getattr(reading, each.field), each) for each in QUANTITIES if each.decimal_places is None]
    return any(value in (each.minimum, each.maximum) for value, each in found if value is not None)


@settings(max_examples=400)
@given(bodies(), st.builds(Terms, st.just(NOW), INSTANTS, GRIDS))
def test_both_parsers_take_the_same(text: str, terms: Terms) -> None:
    """The test draws the retention and each field's values around its limits, so that no limit hides another."""
    found, slow = fast(text, terms), careful(text, terms)
    if found is not None:
        assert found == slow
    elif slow is not None:  # spelled in a way that the fast parser leaves to the careful one, or else a fault
        assert "\\" in text or any(map(at_a_floats_limit, slow.readings))


@pytest.mark.parametrize("limit", [EARLIEST, NOW - timedelta(days=30), datetime(1999, 12, 31, 22, 45, tzinfo=UTC)])
@pytest.mark.parametrize("quarters", [-1, 0, 1])
def test_a_start_around_the_oldest_that_is_kept(limit: datetime, quarters: int) -> None:
    limit = limit.replace(minute=15, second=0)
    start = limit + quarters * QUARTER
    text = json.dumps({"readings": [FULL | {"interval_start": start.isoformat()}]})
    terms = replace(TERMS, oldest=limit)
    assert fast(text, terms) == careful(text, terms)
    assert (careful(text, terms) is not None) is (start >= max(limit, EARLIEST))
