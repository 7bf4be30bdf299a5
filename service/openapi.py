"""What /openapi.json says beyond what the routes' signatures tell.

The readings' schemas come from the table that also checks them (`service.reading_fields`).
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from lambdas.shared.readings import MAX_READINGS_PER_REQUEST
from service import problems
from service.reading_fields import FIELDS
from service.reading_query import LARGEST_PAGE

NUMBER_PATH = "/v1/metering-points/{number}/readings"
EXAMPLE_READING = {
    "interval_start": "2026-11-22T10:15:00+01:00",
    "consumption_kwh": 0.317,
    "average_voltage_v": 230.4,
    "average_frequency_hz": 50.01,
    "voltage_drops": 0,
    "down_time_seconds": 0,
}
EXAMPLE_STORED = {
    **EXAMPLE_READING,
    "interval_start": "2026-11-22T09:15:00Z",
    "received_at": "2026-11-22T09:31:02.417305Z",
    "revision": 1,
}
EXAMPLE_PROBLEM = {
    "type": problems.TYPE_PREFIX + "invalid-readings",
    "title": "Invalid readings",
    "status": 422,
    "detail": "1 error; nothing was stored.",
    "errors": [{"index": 0, "field": "interval_start", "reason": "is in the future"}],
}

_TIME = {"type": "string", "format": "date-time"}
_READING_FIELDS = {name: field.schema() for name, field in FIELDS.items()}

SCHEMAS: dict[str, Any] = {
    "Reading": {
        "type": "object",
        "description": "One quarter-hour. An optional field that is left out or null was not measured.",
        "properties": _READING_FIELDS,
        "required": [name for name, field in FIELDS.items() if field.required],
        "additionalProperties": False,
        "examples": [EXAMPLE_READING],
    },
    "ReadingBatch": {
        "type": "object",
        "properties": {
            "readings": {
                "type": "array",
                "description": "All with different interval starts.",
                "items": {"$ref": "#/components/schemas/Reading"},
                "minItems": 1,
                "maxItems": MAX_READINGS_PER_REQUEST,
            }
        },
        "required": ["readings"],
        "additionalProperties": False,
        "examples": [{"readings": [EXAMPLE_READING]}],
    },
    "StoredReading": {
        "type": "object",
        "properties": {
            **_READING_FIELDS,
            "received_at": {**_TIME, "description": "When this revision was stored, in UTC."},
            "revision": {"type": "integer", "minimum": 1, "description": "1, and 1 more for each change."},
        },
        "required": [*FIELDS, "received_at", "revision"],
        "examples": [EXAMPLE_STORED],
    },
    "ReadingPage": {
        "type": "object",
        "properties": {
            "readings": {"type": "array", "items": {"$ref": "#/components/schemas/StoredReading"}},
            "next": {
                "type": ["string", "null"],
                "description": "The next page's `cursor`; null on the last page.",
            },
        },
        "required": ["readings", "next"],
        "examples": [{"readings": [EXAMPLE_STORED], "next": None}],
    },
    "Problem": {
        "type": "object",
        "description": "RFC 9457 problem details.",
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "errors": {
                "type": "array",
                "description": f"The offending items, at most {problems.ERRORS_SHOWN} of them.",
                "maxItems": problems.ERRORS_SHOWN,
                "items": {
                    "type": "object",
                    "properties": {
                        "index": {
                            "type": ["integer", "null"],
                            "description": "The reading's place in the batch, from 0; null outside of it.",
                        },
                        "field": {"type": "string"},
                        "reason": {"type": "string"},
                    },
                    "required": ["index", "field", "reason"],
                },
            },
        },
        "required": ["type", "title", "status"],
        "examples": [EXAMPLE_PROBLEM],
    },
}


def _query_parameter(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


READING_QUERY = {
    "parameters": [
        _query_parameter("from", "First interval start, inclusive. Default: the oldest reading.", _TIME),
        _query_parameter("to", "Last interval start, exclusive. Default: after the newest reading.", _TIME),
        _query_parameter(
            "limit",
            "Readings in a page.",
            {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": LARGEST_PAGE},
        ),
        _query_parameter("cursor", "`next` of the page before.", {"type": "string"}),
    ]
}
READING_BATCH = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReadingBatch"}}},
    }
}
READING_PAGE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "A page of readings in time order.",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReadingPage"}}},
    }
}

_PROBLEMS = {
    400: "The body is empty, not UTF-8 or not JSON.",
    403: "The key is wrong, or the metering point is not the caller's, inactive or unknown.",
    408: "The body did not arrive in time.",
    413: "The body is larger than 1 MiB.",
    415: "The body is not declared as application/json.",
    422: "The readings or the query break a rule; `errors` says which.",
    503: "The database does not answer or there is too much work; try again after `Retry-After` seconds.",
}
_GATEWAY = {401: "There is no key (answered by the gateway).", 429: "Too many requests (by the gateway)."}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of a route; those of the gateway in front of it too where it needs a key."""
    content = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    found: dict[int | str, dict[str, Any]] = {
        status: {"description": _PROBLEMS[status], "content": content} for status in statuses
    }
    if 503 in found:
        found[503] = {**found[503], "headers": {"Retry-After": {"schema": {"type": "integer"}}}}
    return found | ({code: {"description": text} for code, text in _GATEWAY.items()} if 403 in found else {})


def describe(app: FastAPI) -> None:
    """Make `app.openapi()`, which /openapi.json serves, the full description."""

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(SCHEMAS)
    components["securitySchemes"] = {
        "apiKey": {
            "type": "apiKey",
            "in": "header",
            "name": "x-api-key",
            "description": "The customer's key. The gateway checks it; it opens one metering point.",
        }
    }
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["security"] = [{"apiKey": []}] if path == NUMBER_PATH else []
    return document
