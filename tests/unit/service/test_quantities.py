"""The two typed classes of a reading follow the table of quantities."""

from datetime import datetime
from decimal import Decimal
from typing import Any, get_type_hints

from domain.readings import CONSUMPTION, QUANTITIES, Quantity
from service.readings import read_sql
from service.readings.fields import FIELDS, GIVEN
from service.readings.parser import Reading
from service.readings.repository import StoredReading
from service.readings.store_sql import REPORTED, VALUES


def type_of(quantity: Quantity) -> Any:
    """Returns the Python type of a parsed value of this quantity."""
    kept: Any = {None: float, 0: int}.get(quantity.decimal_places, Decimal)
    return kept if quantity.required else kept | None


def test_a_reading_has_the_fields_of_the_api_in_their_order() -> None:
    fields = {"interval_start": datetime, **{each.field: type_of(each) for each in QUANTITIES}, "quality": str | None}
    hints = get_type_hints(Reading)
    withdrawn = {CONSUMPTION.field: Decimal | None}  # a withdrawal has no consumption
    assert list(hints.items()) == list((fields | withdrawn | {"given": int}).items())
    assert list(FIELDS) == list(fields)
    optional = dict.fromkeys(GIVEN)
    assert Reading._field_defaults == optional | {"given": 0}


def test_a_stored_reading_has_the_columns_of_the_table_in_their_order() -> None:
    measured = {each.column: type_of(each) | None for each in QUANTITIES}
    before = {"interval_start": datetime, "interval_minutes": int}
    after = {"quality": str | None, "reported_at": datetime, "received_at": datetime}
    assert list(get_type_hints(StoredReading).items()) == list((before | measured | after).items())
    assert list(StoredReading._fields) == read_sql._SHOWN.split(", ")


def test_the_order_of_versions_looks_at_every_value() -> None:
    assert {"interval_minutes", "quality", "withdrawn", *(each.column for each in QUANTITIES)} == set(VALUES)


def test_each_optional_field_has_its_own_bit_in_a_smallint() -> None:
    bits = [REPORTED, *GIVEN.values()]
    assert sum(bits) < 2**15
    assert len(set(bits)) == len(bits)
