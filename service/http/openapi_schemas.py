"""The JSON Schemas of the API's bodies, with an example each.

The readings' schemas come from the table that also checks readings (`service.readings.fields`).
"""

from typing import Any

from domain.intervals import MINUTES
from domain.readings import MAX_READINGS_PER_REQUEST, QUALITIES, QUANTITIES
from service.http import problems
from service.http.openapi_alarms import ALARM_FIELDS, EXAMPLE_ALARM
from service.problems import ERRORS_SHOWN
from service.readings.days_query import MOST_DAYS
from service.readings.fields import FIELDS

EXAMPLE_READING = {
    "interval_start": "2026-11-22T10:15:00+01:00",
    **{quantity.field: quantity.example for quantity in QUANTITIES},
    "quality": QUALITIES[0],
}
EXAMPLE_STORED = {
    **EXAMPLE_READING,
    "interval_start": "2026-11-22T09:15:00Z",
    "interval_minutes": 15,
    "reported_at": "2026-11-22T09:31:00Z",
    "received_at": "2026-11-22T09:31:02.417305Z",
}
EXAMPLE_REVISION = {**EXAMPLE_STORED, "withdrawn": False, "replaced_at": "2026-11-23T07:02:11.004512Z"}
EXAMPLE_DAY = {
    "date": "2026-11-22",
    "consumption_kwh": 8.412,
    "production_kwh": 1.03,
    "expected": 96,
    "received": 95,
}
EXAMPLE_PAGE = {"readings": [EXAMPLE_STORED], "next": "MToxNzYzODAzODAw"}
EXAMPLE_REVISIONS = {"revisions": [EXAMPLE_REVISION], "next": None}
EXAMPLE_WITHDRAWN = {"withdrawn": 4}
EXAMPLE_PROBLEM = {
    "type": problems.TYPE_PREFIX + "invalid-readings",
    "title": "Invalid readings",
    "status": 422,
    "detail": "1 error; nothing was stored.",
    "errors": [{"index": 0, "field": "interval_start", "reason": "is in the future"}],
}

EXAMPLE_COUNTS = {"stored": 94, "duplicates": 1, "revised": 0, "superseded": 0, "rejected": []}
EXAMPLE_REJECTED = {"index": 3, "field": "interval_start", "detail": "is in the future"}

TIME = {"type": "string", "format": "date-time"}
_READING_FIELDS = {name: field.schema() for name, field in FIELDS.items()}
_STORED_FIELDS = {
    **_READING_FIELDS,
    "interval_minutes": {"type": "integer", "enum": list(MINUTES), "description": "Length of the interval."},
    "reported_at": {**TIME, "description": "When the source made this version, in UTC. Else when it arrived."},
    "received_at": {**TIME, "description": "When this version was stored, in UTC."},
}


def _or_null(schema: dict[str, Any]) -> dict[str, Any]:
    """Returns the schema of a value that can be null too, which is so in a withdrawn version."""
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return {**schema, "type": [*dict.fromkeys([*kinds, "null"])]}


def _object(properties: dict[str, Any], *examples: Any, description: str = "") -> dict[str, Any]:
    """Returns the schema of an object that has all these properties and no others."""
    return {
        "type": "object",
        **({"description": description} if description else {}),
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
        "examples": list(examples),
    }


def _list_of(name: str, **limits: Any) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}, **limits}


def _count(description: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 0, "maximum": MAX_READINGS_PER_REQUEST, "description": description}


_NEXT = {"type": ["string", "null"], "description": "The next page's `cursor`; null on the last page."}

SCHEMAS: dict[str, Any] = {
    "Reading": {
        "type": "object",
        "description": "One interval. An optional field that is left out keeps its stored value. Null clears it.",
        "properties": _READING_FIELDS,
        "required": [name for name, field in FIELDS.items() if field.required],
        "additionalProperties": False,
        "examples": [EXAMPLE_READING],
    },
    "ReadingBatch": {
        "type": "object",
        "properties": {
            "readings": _list_of(
                "Reading",
                description="Identical readings count as duplicates. Different ones of the same interval are refused.",
                minItems=1,
                maxItems=MAX_READINGS_PER_REQUEST,
            ),
            "reported_at": {
                **TIME,
                "description": "When the source made this version of the readings. A version that is older than the "
                "stored one changes nothing, and is kept as a revision. Without it the arrival decides.",
            },
        },
        "required": ["readings"],
        "additionalProperties": False,
        "examples": [{"readings": [EXAMPLE_READING]}],
    },
    "StoredCounts": _object(
        {
            "stored": _count("Readings of intervals that had none."),
            "duplicates": _count("Readings with the values that were stored already, and repeats within the batch."),
            "revised": _count("Readings that replaced other values. The former values are kept as revisions."),
            "superseded": _count("Readings that are older than the stored ones. They are kept as revisions."),
            "rejected": _list_of("RejectedReading", description="With `on_error=skip`: the faults of the other ones."),
        },
        EXAMPLE_COUNTS,
        description="What became of the readings sent.",
    ),
    "RejectedReading": _object(
        {
            "index": {"type": "integer", "minimum": 0, "description": "The reading's index in the batch, from 0."},
            "field": {"type": "string"},
            "detail": {"type": "string"},
        },
        EXAMPLE_REJECTED,
    ),
    "StoredReading": _object(_STORED_FIELDS, EXAMPLE_STORED),
    "ReadingPage": _object({"readings": _list_of("StoredReading"), "next": _NEXT}, EXAMPLE_PAGE),
    "Revision": _object(
        {
            **{name: _or_null(schema) if name in FIELDS else schema for name, schema in _STORED_FIELDS.items()},
            "withdrawn": {"type": "boolean", "description": "Whether this version withdraws the reading."},
            "replaced_at": {
                **_or_null(TIME),
                "description": "When another version replaced this one, in UTC. Null for the current version. A "
                "version that was superseded when it arrived has the time of its arrival.",
            },
        },
        EXAMPLE_REVISION,
        description="A version of a reading.",
    ),
    "RevisionPage": _object({"revisions": _list_of("Revision"), "next": _NEXT}, EXAMPLE_REVISIONS),
    "Withdrawn": _object({"withdrawn": _count("Readings that were withdrawn.")}, EXAMPLE_WITHDRAWN),
    "Day": _object(
        {
            "date": {"type": "string", "format": "date"},
            "consumption_kwh": {"type": ["number", "null"], "minimum": 0},
            "production_kwh": {"type": ["number", "null"], "minimum": 0},
            "expected": {"type": "integer", "minimum": 0, "description": "The day's intervals inside the supply."},
            "received": {"type": "integer", "minimum": 0, "description": "The day's intervals with a reading."},
        },
        EXAMPLE_DAY,
        description="A local day. A sum is null where no reading has the value.",
    ),
    "Days": _object({"days": _list_of("Day", maxItems=MOST_DAYS)}, {"days": [EXAMPLE_DAY]}),
    "Alarm": _object(ALARM_FIELDS, EXAMPLE_ALARM, description="A finding on a day of the metering point."),
    "AlarmPage": _object({"alarms": _list_of("Alarm"), "next": _NEXT}, {"alarms": [EXAMPLE_ALARM], "next": None}),
    "Problem": {
        "type": "object",
        "description": "RFC 9457 problem details.",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string"},
            "errors": {
                "type": "array",
                "description": f"The offending items, at most {ERRORS_SHOWN} of them.",
                "maxItems": ERRORS_SHOWN,
                "items": {
                    "type": "object",
                    "properties": {
                        "index": {
                            "type": ["integer", "null"],
                            "description": "The reading's index in the batch, from 0; null outside of it.",
                        },
                        "field": {"type": "string"},
                        "reason": {"type": "string"},
                    },
                    "required": ["index", "field", "reason"],
                    "additionalProperties": False,
                },
            },
        },
        "required": ["type", "title", "status"],
        "additionalProperties": False,
        "examples": [EXAMPLE_PROBLEM],
    },
    "GatewayMessage": {
        "type": "object",
        "description": "The gateway's own answer, before or in place of the service's.",
        "properties": {"message": {"type": "string"}},
        "required": ["message"],
        "additionalProperties": False,
        "examples": [{"message": "Forbidden"}],
    },
}
