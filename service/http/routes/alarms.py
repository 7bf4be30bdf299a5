"""Answers `GET` of a metering point's alarms."""

import json

from fastapi import APIRouter, Request, Response

from service.alarms import alarms_query
from service.alarms.alarms_query import AlarmsQuery
from service.components import Components, ComponentsDep
from service.http import openapi, openapi_calls
from service.http.identity import CallerDep

router = APIRouter(prefix=openapi_calls.METERING_POINT_PATH, tags=["alarms"])


@router.get(
    "/alarms",
    response_class=Response,
    openapi_extra=openapi_calls.ALARM_QUERY,
    responses=openapi_calls.ALARM_PAGE | openapi.problem_responses(403, 422, 503),
)
async def list_alarms(request: Request, caller: CallerDep, components: ComponentsDep) -> Response:
    """Reads the metering point's own alarms, the open ones by default, in the order of check and day.

    A page can have fewer alarms than `limit` although more follow: `next` says so.
    """
    query = alarms_query.parse(request.query_params.multi_items())
    page = await components.alarm_workers.run(_page, components, caller.metering_point, query)
    return Response(page, media_type="application/json")


def _page(components: Components, metering_point: str, query: AlarmsQuery) -> str:
    page = components.alarms.page(metering_point, query)
    following = None if page.last is None else alarms_query.encode_cursor(page.last)
    return json.dumps({"alarms": page.alarms, "next": following})
