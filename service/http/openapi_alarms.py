"""The JSON Schemas of a customer's alarms. `domain.alarm_table.customers_view` makes the object."""

from typing import Any

from domain.alarm_table import SHOWN_STATES

_TEXT = {"type": "string"}
_TIME = {"type": "string", "format": "date-time"}

EXAMPLE_ALARM = {
    "alarm_id": "c2249188-68ce-506f-a8ed-cc96def79345",
    "error_type": "ICD",
    "title": "Incomplete consumption data",
    "words": "89 of 96 intervals received",
    "date": "2026-11-22",
    "days": 1,
    "state": "open",
    "escalated": False,
    "sequence": 1,
    "raised_at": "2026-11-23T02:15:31Z",
    "changed_at": "2026-11-23T02:15:31Z",
    "intervals": ["2026-11-22T01:00:00Z"],
    "details": {"expected_intervals": 96, "received_intervals": 89, "missing_intervals": 7},
}
ALARM_FIELDS: dict[str, Any] = {
    "alarm_id": {**_TEXT, "format": "uuid", "description": "The same for a metering point, a check and a day."},
    "error_type": {**_TEXT, "pattern": "^[A-Z]{3}$", "description": "The code of the check."},
    "title": {**_TEXT, "description": "The check in words, as it was when the alarm changed last."},
    "words": {**_TEXT, "description": "The finding in a few words."},
    "date": {"type": "string", "format": "date", "description": "The local day. The first one of a silence."},
    "days": {"type": "integer", "minimum": 1, "description": "The length in days: more than 1 only for a silence."},
    "state": {**_TEXT, "enum": list(SHOWN_STATES)},
    "escalated": {"type": "boolean", "description": "Whether a silence has lasted for the days that escalate it."},
    "sequence": {"type": "integer", "minimum": 1, "description": "The number of changes."},
    "raised_at": {**_TIME, "description": "When it was raised last, in UTC."},
    "changed_at": {**_TIME, "description": "When it changed last, in UTC."},
    "intervals": {"type": "array", "items": _TIME, "description": "Starts of the first intervals that show it."},
    "details": {"type": "object", "description": "The check's evidence by name.", "additionalProperties": True},
}
