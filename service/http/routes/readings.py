"""Answers `POST` and `GET` of a metering point's readings. `POST` stores a batch, `GET` reads a page."""

import json
from decimal import Decimal
from operator import attrgetter
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from domain.days import INTERVAL, format_instant
from domain.readings import QUANTITIES
from service.components import Components, ComponentsDep
from service.http import json_body, openapi
from service.http.identity import OwnMeteringPointDep
from service.readings import fast_parser, page_query, parser
from service.readings.fields import Terms
from service.readings.page_query import ReadingQuery
from service.readings.parser import Reading
from service.readings.repository import StoredCounts, StoredReading

_FIELDS = [quantity.field for quantity in QUANTITIES]
_measured = attrgetter(*(quantity.column for quantity in QUANTITIES))

router = APIRouter(prefix=openapi.NUMBER_PATH, tags=["readings"])


@router.post(
    "",
    response_model=StoredCounts,
    openapi_extra=openapi.READING_BATCH,
    responses=openapi.problem_responses(400, 403, 408, 413, 415, 422, 503),
)
async def store_readings(request: Request, metering_point: OwnMeteringPointDep, components: ComponentsDep) -> Response:
    """Stores 1 to 1,000 readings, all or none.

    The answer comes after the commit. It counts the readings that are new, that were there already, and that replaced
    other values. The batch that arrives last decides. So to send a batch again is harmless as long as nothing newer was
    stored for its intervals. Otherwise it undoes the newer values, and counts them as revised.
    """
    json_body.require_json(request)
    body = await json_body.read(request, components.settings.body_limit, components.intake)
    with components.admission.admit():
        readings = await _readings(request, components, body)
        counts = await components.writer.store(metering_point, readings)
    return stored(counts)


STORE = next(route for route in router.routes if getattr(route, "endpoint", None) is store_readings)
"""The route of `store_readings`. The fast path answers in its name."""

REFUSED_BY_FAST_PARSER = "refused_by_fast_parser"
"""The fast path sets this name in a request's state when the fast parser has refused the body."""


def stored(counts: StoredCounts) -> Response:
    """Makes the answer for a stored batch."""
    return Response(msgspec.json.encode(counts), media_type="application/json")


@router.get(
    "",
    response_class=Response,
    openapi_extra=openapi.READING_QUERY,
    responses=openapi.READING_PAGE | openapi.problem_responses(403, 422, 503),
)
async def list_readings(request: Request, metering_point: OwnMeteringPointDep, components: ComponentsDep) -> Response:
    """Reads the metering point's readings, in the order of time."""
    query = page_query.parse(request.query_params.multi_items())
    page = await components.workers.run(_page, components, metering_point, query)
    return Response(page, media_type="application/json")


async def _readings(request: Request, components: Components, body: bytes) -> list[Reading]:
    """Reads a body with the fast parser, unless it has refused the body, or with the careful parser on a thread."""
    terms = components.terms()
    is_refused = getattr(request.state, REFUSED_BY_FAST_PARSER, False) or len(body) > fast_parser.LONGEST
    readings = None if is_refused else fast_parser.parse(body, terms)
    return await components.workers.run(_parse, body, terms) if readings is None else readings


def _parse(body: bytes, terms: Terms) -> list[Reading]:
    return parser.parse(json_body.parse(body), terms)


def _page(components: Components, metering_point: int, query: ReadingQuery) -> str:
    rows = components.readings.page(metering_point, query.start, query.end, query.limit + 1)
    shown = rows[: query.limit]
    more = len(rows) > len(shown)
    return json.dumps(
        {
            "readings": [_to_json(row) for row in shown],
            "next": page_query.encode_cursor(shown[-1].sample_time + INTERVAL) if more else None,
        }
    )


def _number(value: Decimal | float | None) -> float | None:
    """The shortest text of a float gives back up to 15 digits exactly. numeric(12,6) has 12."""
    return float(value) if isinstance(value, Decimal) else value


def _to_json(row: StoredReading) -> dict[str, Any]:
    return {
        "interval_start": format_instant(row.sample_time),
        **dict(zip(_FIELDS, map(_number, _measured(row)), strict=True)),
        "received_at": format_instant(row.received_at),
        "revision": row.revision,
    }
