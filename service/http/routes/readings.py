"""Answers the calls of a metering point's readings. `POST` stores, `GET` reads a page, `DELETE` withdraws."""

import json
from typing import Any

import msgspec
from fastapi import APIRouter, Request, Response

from domain.identity_headers import Identity
from service.components import Components, ComponentsDep
from service.http import json_body, openapi, openapi_calls
from service.http.identity import CallerDep
from service.http.reading_json import reading_to_json
from service.problems import ItemError
from service.readings import fast_parser, page_query, parser, withdrawal_query
from service.readings.batch import Batch, StoredCounts
from service.readings.page_query import PageQuery
from service.readings.parser import Delivery
from service.readings.query import Query, one_of
from service.readings.times import Terms

router = APIRouter(prefix=openapi_calls.READINGS_PATH, tags=["readings"])


@router.post(
    "",
    response_class=Response,
    openapi_extra=openapi_calls.READING_BATCH,
    responses=openapi_calls.STORED | openapi.problem_responses(400, 403, 408, 413, 415, 422, 503),
)
async def store_readings(request: Request, caller: CallerDep, components: ComponentsDep) -> Response:
    """Stores 1 to 1,000 readings, all or none. With `on_error=skip` it stores the good ones and lists the others.

    The answer comes after the commit. To send a batch again is harmless as long as nothing newer was stored for its
    intervals, or where it says `reported_at`: a version that is older than the stored one changes nothing and counts as
    superseded. Without `reported_at` the batch that arrives last decides.
    """
    query = Query(request.query_params.multi_items(), ("on_error",))
    skip = query.read("on_error", one_of("refuse", "skip"), "refuse") == "skip"
    query.refuse_faults()
    json_body.require_json(request)
    body = await json_body.read(request, components.settings.body_limit, components.intake)
    with components.admission.admit():
        delivery = await _delivery(request, components, caller, body, skip=skip)
        counts = StoredCounts(0, delivery.repeats, 0)
        if delivery.readings:
            counts = await components.writer.store(batch(caller, delivery))
    return stored(counts, delivery)


STORE = next(route for route in router.routes if getattr(route, "endpoint", None) is store_readings)
"""The route of `store_readings`. The fast path answers in its name."""

REFUSED_BY_FAST_PARSER = "refused_by_fast_parser"
"""The fast path sets this name in a request's state when the fast parser has refused the body."""


def batch(caller: Identity, delivery: Delivery) -> Batch:
    """Makes the batch of a delivery."""
    return Batch(caller.metering_point, delivery.readings, caller.lengths, delivery.reported_at, delivery.repeats)


def stored(counts: StoredCounts, delivery: Delivery) -> Response:
    """Makes the answer for a stored batch."""
    answer = {**vars(counts), "rejected": [_rejected(error) for error in delivery.rejected]}
    return Response(msgspec.json.encode(answer), media_type="application/json")


@router.get(
    "",
    response_class=Response,
    openapi_extra=openapi_calls.READING_QUERY,
    responses=openapi_calls.READING_PAGE | openapi.problem_responses(403, 422, 503),
)
async def list_readings(request: Request, caller: CallerDep, components: ComponentsDep) -> Response:
    """Reads the metering point's readings in the order of time, as they are or as they were known at an instant."""
    query = page_query.parse(request.query_params.multi_items(), components.now())
    page = await components.workers.run(_page, components, caller.metering_point, query)
    return Response(page, media_type="application/json")


@router.delete(
    "",
    response_class=Response,
    openapi_extra=openapi_calls.WITHDRAWAL_QUERY,
    responses=openapi_calls.WITHDRAWN | openapi.problem_responses(403, 422, 503),
)
async def withdraw_readings(request: Request, caller: CallerDep, components: ComponentsDep) -> Response:
    """Withdraws the readings of up to 1,000 intervals. The history keeps them.

    A withdrawal is a version without values. `reported_at` decides between it and the versions with values, in whatever
    order they arrive. To call it again is harmless as long as nothing newer was stored for its intervals.
    """
    starts, reported_at = withdrawal_query.parse(request.query_params.multi_items(), components.terms(caller))
    with components.admission.admit():
        withdrawal = Batch.withdrawal(caller.metering_point, starts, caller.lengths, reported_at)
        counts = await components.writer.store(withdrawal)
    return Response(msgspec.json.encode({"withdrawn": counts.revised}), media_type="application/json")


async def _delivery(request: Request, components: Components, caller: Identity, body: bytes, *, skip: bool) -> Delivery:
    """Reads a body with the fast parser, unless it has refused the body, or with the careful parser on a thread."""
    terms = components.terms(caller)
    is_refused = getattr(request.state, REFUSED_BY_FAST_PARSER, False) or len(body) > fast_parser.LONGEST
    delivery = None if is_refused else fast_parser.parse(body, terms)
    return await components.workers.run(_parse, body, terms, skip) if delivery is None else delivery


def _parse(body: bytes, terms: Terms, skip: bool) -> Delivery:
    return parser.parse(json_body.parse(body), terms, skip=skip)


def _rejected(error: ItemError) -> dict[str, Any]:
    return {"index": error.index, "field": error.field, "detail": error.reason}


def _page(components: Components, metering_point: str, query: PageQuery) -> str:
    rows = components.readings.page(metering_point, query.start, query.end, query.limit + 1, query.known_at)
    shown, rest = rows[: query.limit], rows[query.limit :]
    following = page_query.encode_cursor(rest[0].interval_start) if rest else None
    return json.dumps({"readings": [reading_to_json(row) for row in shown], "next": following})
