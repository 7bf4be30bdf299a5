"""Makes the ASGI app."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.routing import Match

from service.alarms.dynamodb import AlarmsUnavailableError
from service.components import Components
from service.http import openapi, problems
from service.http.fast_path import FastPath
from service.http.request_log import RequestLog
from service.http.routes import alarms, days, health, readings, revisions
from service.postgres import connections
from service.problems import ItemError, ProblemError, invalid_query, unavailable

logger = logging.getLogger(__name__)
ROUTERS = (readings.router, revisions.router, days.router, alarms.router, health.router)


def create_app(components: Components) -> FastAPI:
    """Makes the service's ASGI app. It closes `components` when it shuts down."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        components.close()

    app = FastAPI(
        title="Energy consumption ingestion",
        version="1.0.0",
        description="Customers send the readings of their own metering point, correct them and read them back. "
        'Errors are problem details (RFC 9457); the gateway\'s own answers are `{"message": ...}`.',
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        generate_unique_id_function=lambda route: route.name,
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.components = components
    # The order is from the inside to the outside.
    app.add_middleware(FastPath, components=components)
    app.add_middleware(ExceptionMiddleware, handlers=_HANDLERS)
    app.add_middleware(RequestLog)
    app.exception_handler(HTTPException)(_http_error)
    app.exception_handler(RequestValidationError)(_validation_error)
    for router in ROUTERS:
        app.include_router(router)
    openapi.describe(app, ROUTERS)
    return app


async def _problem(_request: Request, error: ProblemError) -> Response:
    return problems.respond(error)


async def _http_error(request: Request, error: HTTPException) -> Response:
    headers = dict(error.headers or {})
    if error.status_code == 405:
        headers["Allow"] = ", ".join(sorted(_methods(request)))
    return problems.plain_problem(error.status_code, headers)


async def _validation_error(_request: Request, error: RequestValidationError) -> Response:
    errors = [ItemError(str(item["loc"][-1]), item["msg"]) for item in error.errors()]
    return problems.respond(invalid_query(errors))


async def _database_error(_request: Request, error: Exception) -> Response:
    if not connections.is_unavailable(error):
        raise error
    logger.warning("database unavailable", extra={"fields": {"reason": _first_line(error)}})
    return problems.respond(unavailable("The database does not answer."))


async def _alarms_error(_request: Request, error: Exception) -> Response:
    logger.error("the alarms cannot be read", extra={"fields": {"reason": _first_line(error)}})
    return problems.respond(unavailable("The alarms cannot be read now."))


_HANDLERS: dict[Any, Any] = {
    ProblemError: _problem,
    AlarmsUnavailableError: _alarms_error,
    **dict.fromkeys((SQLAlchemyError, *connections.LOST_CONNECTION), _database_error),
}


def _first_line(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"


def _methods(request: Request) -> set[str]:
    routes = [*request.app.routes, *(route for router in ROUTERS for route in router.routes)]
    matching = [route for route in routes if route.matches(request.scope)[0] is not Match.NONE]
    return {method for route in matching for method in getattr(route, "methods", None) or ()}
