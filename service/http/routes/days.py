"""Answers `GET` of a metering point's local days: the energy, and the intervals that are expected and received."""

import json
from datetime import date
from typing import Any

from fastapi import APIRouter, Request, Response

from domain.days import LocalDay, local_date
from domain.due import due_starts
from domain.identity_headers import Identity
from service.components import Components, ComponentsDep
from service.http import openapi, openapi_calls
from service.http.identity import CallerDep
from service.http.reading_json import value_to_json
from service.readings import days_query
from service.readings.repository import DaySum

router = APIRouter(prefix=openapi_calls.METERING_POINT_PATH, tags=["days"])


@router.get(
    "/days",
    response_class=Response,
    openapi_extra=openapi_calls.DAY_QUERY,
    responses=openapi_calls.DAYS | openapi.problem_responses(403, 422, 503),
)
async def list_days(request: Request, caller: CallerDep, components: ComponentsDep) -> Response:
    """Reads the sums of up to 366 local days.

    The expected intervals lie wholly inside the supply. Those of today that are not over yet count too.
    """
    now, zone = components.now(), components.settings.time_zone
    oldest = local_date(components.retention.oldest_start(now), zone)
    dates = days_query.parse(request.query_params.multi_items(), oldest, local_date(now, zone))
    page = await components.workers.run(_days, components, caller, dates)
    return Response(page, media_type="application/json")


def _days(components: Components, caller: Identity, dates: list[date]) -> str:
    days = [LocalDay(each, components.settings.time_zone) for each in dates]
    sums = components.readings.day_sums(caller.metering_point, [*(day.start for day in days), days[-1].end])
    return json.dumps({"days": [_day(day, of_day, caller) for day, of_day in zip(days, sums, strict=True)]})


def _day(day: LocalDay, of_day: DaySum, caller: Identity) -> dict[str, Any]:
    return {
        "date": str(day.date),
        "consumption_kwh": value_to_json(of_day.consumption_kwh),
        "production_kwh": value_to_json(of_day.production_kwh),
        "expected": len(due_starts(day, caller.lengths, caller.supply)),
        "received": of_day.received,
    }
