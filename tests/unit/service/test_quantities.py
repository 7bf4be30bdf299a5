"""The two typed classes of a reading follow the table of quantities."""

from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any, get_type_hints

from domain.readings import QUANTITIES, Quantity
from service.readings.fields import FIELDS
from service.readings.parser import Reading
from service.readings.repository import StoredReading


def type_of(quantity: Quantity) -> Any:
    """The Python type that a value of this quantity has once it is read."""
    kept: Any = {None: float, 0: int}.get(quantity.decimal_places, Decimal)
    return kept if quantity.required else kept | None


def test_a_reading_has_the_fields_of_the_api_in_their_order() -> None:
    expected = {"interval_start": datetime, **{each.field: type_of(each) for each in QUANTITIES}}
    assert list(get_type_hints(Reading).items()) == list(expected.items())
    assert list(FIELDS) == list(expected)
    assert Reading._field_defaults == {each.field: None for each in QUANTITIES if not each.required}


def test_a_stored_reading_has_the_columns_of_the_table_in_their_order() -> None:
    measured = {each.column: type_of(each) for each in QUANTITIES}
    expected = {"sample_time": datetime, **measured, "received_at": datetime, "revision": int}
    assert list(get_type_hints(StoredReading).items()) == list(expected.items())
    assert [field.name for field in fields(StoredReading)] == list(expected)
