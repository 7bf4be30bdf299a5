"""Adds to the OpenAPI document the parts that the routes' signatures do not have.

The readings' schemas come from the table that also checks readings (`service.readings.fields`).
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from domain.intervals import MINUTES
from domain.readings import MAX_READINGS_PER_REQUEST, QUALITIES, QUANTITIES
from service.http import identity, problems
from service.problems import ERRORS_SHOWN
from service.readings.days_query import MOST_DAYS
from service.readings.fields import FIELDS
from service.readings.page_query import LARGEST_PAGE, LARGEST_REVISIONS_PAGE

METERING_POINT_PATH = "/v1/metering-points/{number}"
READINGS_PATH = f"{METERING_POINT_PATH}/readings"
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

_TIME = {"type": "string", "format": "date-time"}
_READING_FIELDS = {name: field.schema() for name, field in FIELDS.items()}
_STORED_FIELDS = {
    **_READING_FIELDS,
    "interval_minutes": {"type": "integer", "enum": list(MINUTES), "description": "Length of the interval."},
    "reported_at": {**_TIME, "description": "When the source made this version, in UTC. Else when it arrived."},
    "received_at": {**_TIME, "description": "When this version was stored, in UTC."},
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
                **_TIME,
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
                **_or_null(_TIME),
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


def _query_parameter(name: str, description: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def _page_parameters(things: str, largest: int) -> list[dict[str, Any]]:
    return [
        _query_parameter("from", "First interval start, inclusive. Default: the oldest reading.", _TIME),
        _query_parameter("to", "Last interval start, exclusive. Default: after the newest reading.", _TIME),
        _query_parameter(
            "limit", f"{things} in a page.", {"type": "integer", "minimum": 1, "maximum": largest, "default": largest}
        ),
        _query_parameter(
            "cursor", "`next` of the page before; any other text is refused.", {"type": "string", "minLength": 1}
        ),
    ]


def _answer(description: str, schema: str, **more: Any) -> dict[int | str, dict[str, Any]]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}
    return {200: {"description": description, "content": content, **more}}


def _next_page(operation: str) -> dict[str, Any]:
    return {
        "nextPage": {
            "operationId": operation,
            "description": "The page after this one, where `next` is not null.",
            "parameters": {"number": "$request.path.number", "cursor": "$response.body#/next"},
        }
    }


READING_QUERY = {
    "parameters": [
        *_page_parameters("Readings", LARGEST_PAGE),
        _query_parameter(
            "as_known_at", "The versions that were stored at this instant. Default: the current ones.", _TIME
        ),
    ]
}
REVISION_QUERY = {"parameters": _page_parameters("Intervals", LARGEST_REVISIONS_PAGE)}
WITHDRAWAL_QUERY = {
    "parameters": [
        _query_parameter("from", "First interval start, inclusive.", _TIME, required=True),
        _query_parameter("to", "Last interval start, exclusive.", _TIME, required=True),
        _query_parameter("reported_at", "When the source withdrew them. Default: now.", _TIME),
    ]
}
DAY_QUERY = {
    "parameters": [
        _query_parameter(
            "from", "First local day. Default: 30 days before `to`.", {"type": "string", "format": "date"}
        ),
        _query_parameter("to", "Last local day, inclusive. Default: today.", {"type": "string", "format": "date"}),
    ]
}
READING_BATCH = {
    "parameters": [
        _query_parameter(
            "on_error",
            "`skip` stores the good readings and lists the others.",
            {"type": "string", "enum": ["refuse", "skip"], "default": "refuse"},
        )
    ],
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ReadingBatch"}}},
    },
}
STORED = _answer("The readings are stored.", "StoredCounts")
READING_PAGE = _answer("A page of readings in time order.", "ReadingPage", links=_next_page("list_readings"))
REVISION_PAGE = _answer("A page of versions in time order.", "RevisionPage", links=_next_page("list_revisions"))
WITHDRAWN = _answer("The readings are withdrawn.", "Withdrawn")
DAYS = _answer("The days in order.", "Days")

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
    "Sending it again is harmless as long as nothing newer was stored for its intervals meanwhile, "
    "or where it says `reported_at`.",
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
