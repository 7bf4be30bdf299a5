"""Answers `GET` of the revisions: every version of a metering point's readings."""

import json

from fastapi import APIRouter, Request, Response

from service.components import Components, ComponentsDep
from service.http import openapi, openapi_calls
from service.http.identity import CallerDep
from service.http.reading_json import revision_to_json
from service.readings import page_query
from service.readings.page_query import PageQuery

router = APIRouter(prefix=openapi_calls.METERING_POINT_PATH, tags=["readings"])


@router.get(
    "/revisions",
    response_class=Response,
    openapi_extra=openapi_calls.REVISION_QUERY,
    responses=openapi_calls.REVISION_PAGE | openapi.problem_responses(403, 422, 503),
)
async def list_revisions(request: Request, caller: CallerDep, components: ComponentsDep) -> Response:
    """Reads every version of each reading. The versions of an interval are in the order of `reported_at`."""
    query = page_query.parse_revisions(request.query_params.multi_items())
    page = await components.workers.run(_page, components, caller.metering_point, query)
    return Response(page, media_type="application/json")


def _page(components: Components, metering_point: str, query: PageQuery) -> str:
    rows = components.readings.revisions(metering_point, query.start, query.end, query.limit + 1)
    starts = sorted({row.reading.interval_start for row in rows})
    following = starts[query.limit] if len(starts) > query.limit else None
    shown = [row for row in rows if following is None or row.reading.interval_start < following]
    return json.dumps(
        {
            "revisions": [revision_to_json(row) for row in shown],
            "next": page_query.encode_cursor(following) if following else None,
        }
    )
