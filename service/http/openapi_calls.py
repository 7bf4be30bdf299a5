"""What the OpenAPI document says of each call: its paths, its parameters, its body and its answer."""

from typing import Any

from service.alarms.alarms_query import DEFAULT_STATE, STATES
from service.alarms.alarms_query import LARGEST_PAGE as LARGEST_ALARMS_PAGE
from service.http.openapi_schemas import TIME
from service.readings.page_query import LARGEST_PAGE, LARGEST_REVISIONS_PAGE

METERING_POINT_PATH = "/v1/metering-points/{number}"
READINGS_PATH = f"{METERING_POINT_PATH}/readings"


def _query_parameter(name: str, description: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": description, "schema": schema}


def _page_parameters(things: str, largest: int) -> list[dict[str, Any]]:
    return [
        _query_parameter("from", "First interval start, inclusive. Default: the oldest reading.", TIME),
        _query_parameter("to", "Last interval start, exclusive. Default: after the newest reading.", TIME),
        *_limit_and_cursor(things, largest),
    ]


def _limit_and_cursor(things: str, largest: int) -> list[dict[str, Any]]:
    return [
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
            "as_known_at", "The versions that were stored at this instant. Default: the current ones.", TIME
        ),
    ]
}
REVISION_QUERY = {"parameters": _page_parameters("Intervals", LARGEST_REVISIONS_PAGE)}
WITHDRAWAL_QUERY = {
    "parameters": [
        _query_parameter("from", "First interval start, inclusive.", TIME, required=True),
        _query_parameter("to", "Last interval start, exclusive.", TIME, required=True),
        _query_parameter("reported_at", "When the source withdrew them. Default: now.", TIME),
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
ALARM_QUERY = {
    "parameters": [
        _query_parameter(
            "state",
            "The alarms in this state, or all of them.",
            {"type": "string", "enum": list(STATES), "default": DEFAULT_STATE},
        ),
        *_limit_and_cursor("Alarms", LARGEST_ALARMS_PAGE),
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
ALARM_PAGE = _answer("A page of alarms.", "AlarmPage", links=_next_page("list_alarms"))
DAYS = _answer("The days in order.", "Days")
