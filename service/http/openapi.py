"""Makes the OpenAPI document: the routes' signatures, and the parts that the signatures do not have.

`openapi_schemas` has the bodies, `openapi_calls` the calls. This module adds the refusals, which the service and the
gateway in front of it give.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from service.http import identity, problems
from service.http.openapi_schemas import SCHEMAS

_PROBLEM = {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
_MESSAGE = {"application/json": {"schema": {"$ref": "#/components/schemas/GatewayMessage"}}}
_PROBLEMS = {
    400: "The body is empty, not UTF-8 or not JSON.",
    403: "The metering point is not the caller's.",
    408: "The body did not arrive in time.",
    413: "The body is larger than 1 MiB.",
    415: "The body is not declared as plain application/json in UTF-8.",
    422: "The readings, the path or the query break a rule; `errors` says which.",
    503: "The database or the table of alarms does not answer, or there is too much work; try again after "
    "`Retry-After` seconds.",
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
