"""Adds to the OpenAPI document the parts that the routes' signatures do not have.

The readings' schemas come from the table that also checks readings (`service.readings.fields`).
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from domain.readings import MAX_READINGS_PER_REQUEST, QUANTITIES
from service.http import identity, problems
from service.problems import ERRORS_SHOWN
from service.readings.fields import FIELDS
from service.readings.page_query import LARGEST_PAGE

NUMBER_PATH = "/v1/metering-points/{number}/readings"
EXAMPLE_READING = {
    "interval_start": "2026-11-22T10:15:00+01:00",
    **{quantity.field: quantity.example for quantity in QUANTITIES},
}
EXAMPLE_STORED = {
    **EXAMPLE_READING,
    "interval_start": "2026-11-22T09:15:00Z",
    "received_at": "2026-11-22T09:31:02.417305Z",
    "revision": 1,
}
EXAMPLE_PAGE = {"readings": [EXAMPLE_STORED], "next": "MToxNzYzODAzODAw"}
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
        "additionalProperties": False,
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
        "additionalProperties": False,
        "examples": [EXAMPLE_PAGE],
    },
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
        _query_parameter(
            "cursor", "`next` of the page before; any other text is refused.", {"type": "string", "minLength": 1}
        ),
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
        "links": {
            "nextPage": {
                "operationId": "list_readings",
                "description": "The page after this one, where `next` is not null.",
                "parameters": {"number": "$request.path.number", "cursor": "$response.body#/next"},
            }
        },
    }
}
EXAMPLE_COUNTS = {"stored": 95, "duplicates": 1, "revised": 0}

_PROBLEM = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_MESSAGE = {"application/json": {"schema": {"$ref": "#/components/schemas/GatewayMessage"}}}
_PROBLEMS = {
    400: "The body is empty, not UTF-8 or not JSON.",
    403: "The metering point is not the caller's.",
    408: "The body did not arrive in time.",
    413: "The body is larger than 1 MiB.",
    415: "The body is not declared as plain application/json in UTF-8.",
    422: "The readings, the path or the query break a rule; `errors` says which.",
    503: "The database does not answer or there is too much work; try again after `Retry-After` seconds.",
}
# https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html has the limits.
_GATEWAY = {
    400: "The request is not well-formed HTTP, or its address is not well encoded.",
    413: "The body is larger than 10 MB.",
    414: "The request line is too long.",
    429: "Too many requests in this second; try again.",
    431: "Request line and headers together are larger than 10,240 bytes.",
    500: "The gateway failed; try again.",
    503: "No task of the service could be reached; try again.",
    504: "No answer within 30 seconds. The readings may be stored. "
    "Sending it again is harmless as long as nothing newer was stored for its intervals meanwhile.",
}
_GATEWAY_WITH_KEY = {
    401: "There is no key.",
    403: "The key is wrong, or the metering point is another customer's, inactive or unknown. All of these look alike."
    " The gateway keeps the answer for the same key and path, for 300 seconds unless the operator sets"
    " `authorizer_cache_seconds`. So a caller from before the registration may be refused for that time after it.",
}
_REQUEST_ID = {
    "apigw-requestid": {
        "description": "The gateway's id of the request. Quote it in a question about the request.",
        "schema": {"type": "string"},
    }
}
_HEADERS: dict[int, dict[str, Any]] = {
    415: {"Accept-Post": {"description": "What is accepted.", "schema": {"type": "string"}}},
    503: {
        "Retry-After": {
            "description": "Seconds to wait. Only the service sends it, the gateway does not.",
            "schema": {"type": "integer", "minimum": 1},
        }
    },
}


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Returns the service's own error answers of a route. `describe` adds the gateway's answers."""
    return {status: {"description": _PROBLEMS[status]} for status in statuses}


def _errors(own: Collection[int], *, protected: bool) -> dict[str, Any]:
    """Returns a route's error answers, by the service and by the gateway in front of it."""
    gateway = _GATEWAY | (_GATEWAY_WITH_KEY if protected else {})
    return {str(status): _error(status, own, gateway) for status in sorted({*own, *gateway})}


def _error(status: int, own: Collection[int], gateway: Mapping[int, str]) -> dict[str, Any]:
    by_service = [_PROBLEMS[status]] if status in own else []
    by_gateway = [f"By the gateway: {gateway[status]}"] if status in gateway else []
    return {
        "description": " ".join(by_service + by_gateway),
        "headers": _HEADERS.get(status, {}) | _REQUEST_ID,
        "content": (_PROBLEM if by_service else {}) | (_MESSAGE if by_gateway else {}),
    }


def describe(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Makes `app.openapi()`, which /openapi.json serves, describe the routes of `routers` in full."""
    protected = {key for router in routers for key, route in identity.routes(router) if identity.is_protected(route)}

    def openapi() -> dict[str, Any]:
        if not app.openapi_schema:
            app.openapi_schema = _document(app, protected)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way


def _document(app: FastAPI, protected: Collection[tuple[str, str]]) -> dict[str, Any]:
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        servers=[SERVER],
    )
    components = document.setdefault("components", {})
    components.setdefault("schemas", {}).update(SCHEMAS)
    counts = components["schemas"]["StoredCounts"]
    counts |= {"description": "The counts of the readings sent.", "examples": [EXAMPLE_COUNTS]}
    counts["additionalProperties"] = False
    for count in counts["properties"].values():
        count |= {"minimum": 0, "maximum": MAX_READINGS_PER_REQUEST}
    components["securitySchemes"] = {"apiKey": API_KEY}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            needs_key = (method.upper(), path) in protected
            operation["security"] = [{"apiKey": []}] if needs_key else []
            success = operation["responses"].pop("200")
            success["headers"] = success.get("headers", {}) | _REQUEST_ID
            own = [int(status) for status in operation["responses"]]
            operation["responses"] = {"200": success, **_errors(own, protected=needs_key)}
    return document


SERVER = {
    "url": "https://{api}.execute-api.{region}.amazonaws.com",
    "description": "Terraform's output api_url",
    "variables": {"api": {"default": "api"}, "region": {"default": "eu-central-1"}},
}
API_KEY = {
    "type": "apiKey",
    "in": "header",
    "name": "x-api-key",
    "description": "The customer's key, 43 characters. The gateway checks it; it opens one metering point.",
}
