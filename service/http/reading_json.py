"""Writes stored readings as JSON."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.days import format_instant
from service.readings.repository import Revision, StoredReading


def reading_to_json(row: StoredReading) -> dict[str, Any]:
    """Returns `{"interval_start", "interval_minutes", <quantities>, "quality", "reported_at", "received_at"}`."""
    return {name: value_to_json(value) for name, value in zip(StoredReading._fields, row, strict=True)}


def revision_to_json(revision: Revision) -> dict[str, Any]:
    """Returns the version's reading with `withdrawn` and `replaced_at`."""
    return {
        **reading_to_json(revision.reading),
        "withdrawn": revision.withdrawn,
        "replaced_at": value_to_json(revision.replaced_at),
    }


def value_to_json(value: Any) -> Any:
    """The shortest text of a float gives back up to 15 digits exactly. numeric(12,6) has 12."""
    if isinstance(value, Decimal):
        return float(value)
    return format_instant(value) if isinstance(value, datetime) else value
