"""The service, its OpenAPI document, the gateway and docs/api.md have the same routes and agree on which need a key."""

import re
from typing import Any, cast

import pytest
from fastapi import APIRouter, FastAPI

from domain.identity_headers import Identity
from service.http import identity, openapi
from service.http.app import ROUTERS, create_app
from service.http.identity import CallerDep
from tests.support.terraform_code import NOISE, TERRAFORM, local_values
from tests.unit.service.fakes import FakeReadings, running_app

NUMBER = "100000000000000001"
Routes = dict[tuple[str, str], bool]
"""Whether a route needs a key, by its method and path."""


def of_the_service() -> Routes:
    """Returns the routes of the OpenAPI document. `/live` and HEAD requests are for the load balancer alone."""
    found = [each for router in ROUTERS for each in identity.routes(router)]
    return {key: identity.is_protected(route) for key, route in found if route.include_in_schema}


def of_the_description(app: FastAPI) -> Routes:
    paths = app.openapi()["paths"]
    return {
        (method.upper(), path): operation["security"] != []
        for path, operations in paths.items()
        for method, operation in operations.items()
    }


def of_the_document() -> set[tuple[str, str]]:
    """Returns the method and path of each call in the table of docs/api.md."""
    text = (TERRAFORM.parent / "docs" / "api.md").read_text()
    return set(re.findall(r"^[|] `([A-Z]+) (/[^?`]+)", text, re.MULTILINE))


def of_the_gateway() -> Routes:
    routes = local_values(TERRAFORM / "modules" / "http_api")["routes"]
    return {(method, path): route["authorized"] for (method, _, path), route in _parts(routes)}


def _parts(routes: dict[str, Any]) -> list[tuple[tuple[str, str, str], dict[str, Any]]]:
    return [(key.strip('"').partition(" "), route) for key, route in routes.items() if key not in NOISE]


def test_the_service_the_descriptions_and_the_gateway_have_the_same_routes() -> None:
    service = of_the_service()
    assert service
    assert of_the_gateway() == service
    assert of_the_description(create_app(cast("Any", None))) == service
    assert of_the_document() == set(service)


@pytest.mark.parametrize(("method", "path"), of_the_service())
def test_a_route_lets_in_whom_it_declares(method: str, path: str) -> None:
    """The test calls without the identity of the gateway's authorizer, and with the identity of another customer."""
    expected = of_the_service()[method, path]
    with running_app(FakeReadings()) as client:
        for headers in ({}, Identity("2").as_headers()):
            answer = client.request(method, path.replace("{number}", NUMBER), headers=headers)
            assert (answer.status_code == 403) is expected


def test_a_new_protected_route_is_described_as_such() -> None:
    router = APIRouter()

    @router.get("/v1/metering-points/{number}/bills", responses=openapi.problem_responses(403, 422))
    async def bills(_caller: CallerDep) -> dict[str, int]:
        return {}

    @router.get("/v1/open")
    async def opened() -> dict[str, int]:
        return {}

    app = FastAPI(title="t", version="1")
    for each in (*ROUTERS, router):
        app.include_router(each)
    openapi.describe(app, (*ROUTERS, router))
    assert of_the_description(app) == of_the_service() | {
        ("GET", "/v1/metering-points/{number}/bills"): True,
        ("GET", "/v1/open"): False,
    }
    answers = app.openapi()["paths"]["/v1/metering-points/{number}/bills"]["get"]["responses"]
    assert {"401", "403"} <= set(answers)
    assert "401" not in app.openapi()["paths"]["/v1/open"]["get"]["responses"]
