"""An API with a CORS configuration answers browsers itself.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
"""

from typing import Any

import pytest

from dockerless_testing.exchanges import answered, api, authorizer, integration, request
from localstack_dockerless.services.apigatewayv2.execute_api.authorizer_cache import AuthorizerCache
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Cors, Route
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError
from localstack_dockerless.services.apigatewayv2.execute_api.gateway import HttpApiGateway
from localstack_dockerless.services.apigatewayv2.execute_api.ports import Ports

CORS = Cors(("https://shop.example",), ("GET", "POST"), ("authorization",), ("x-id",), 300, allow_credentials=True)
PREFLIGHT = [("Origin", "https://shop.example"), ("Access-Control-Request-Method", "POST")]


def ask(cors: Cors | None, route: Route, method: str, headers: Any, answer: Any = None) -> dict[str, str]:
    """Returns the headers of the answer under lower-case names, with its status under `:status`."""
    made = Exchange(request(method, "/a", headers), api([route], cors=cors))
    own = [("Access-Control-Allow-Origin", "https://own.example"), ("X-Own", "1")]

    def refused(*_: Any) -> Any:
        raise GatewayError(500, "Internal Server Error", "x")

    ports = Ports(
        invoke=lambda *_: {"isAuthorized": False},
        verify=refused,
        send=lambda *_: answer or answered(200, own),
        write=lambda *_: None,
        count=lambda *_: None,
    )
    HttpApiGateway(ports, AuthorizerCache()).process(made)
    assert made.response is not None
    return {name.lower(): value for name, value in made.response.headers} | {":status": str(made.response.status)}


OPEN = Route("GET /a", None, integration())


def test_a_preflight_request_needs_no_route() -> None:
    found = ask(CORS, Route("GET /other", None, integration()), "OPTIONS", PREFLIGHT)
    assert found.pop("apigw-requestid")
    assert found == {
        ":status": "204",
        "access-control-allow-origin": "https://shop.example",
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization",
        "access-control-max-age": "300",
    }


def test_an_origin_that_is_not_allowed_gets_no_headers() -> None:
    found = ask(CORS, OPEN, "OPTIONS", [("Origin", "https://evil.example"), PREFLIGHT[1]])
    assert found.keys() == {":status", "apigw-requestid"}


def test_options_without_the_browsers_headers_is_a_request_like_any_other() -> None:
    assert ask(CORS, OPEN, "OPTIONS", PREFLIGHT[:1])[":status"] == "404"
    assert ask(None, OPEN, "OPTIONS", PREFLIGHT)[":status"] == "404"


def test_an_authorizer_of_the_default_route_catches_the_preflight_request() -> None:
    guarded = Route("$default", authorizer(), integration())
    assert ask(CORS, guarded, "OPTIONS", PREFLIGHT)[":status"] == "401"
    assert ask(CORS, guarded, "OPTIONS", [*PREFLIGHT, ("X-Api-Key", "k")])[":status"] == "403"


def test_the_configuration_replaces_the_integrations_headers() -> None:
    found = ask(CORS, OPEN, "GET", PREFLIGHT[:1])
    assert found["access-control-allow-origin"] == "https://shop.example"
    assert found["access-control-expose-headers"] == "x-id"
    assert found["x-own"] == "1"
    assert "access-control-allow-origin" not in ask(CORS, OPEN, "GET", [])


def test_without_a_configuration_the_integration_speaks() -> None:
    assert ask(None, OPEN, "GET", PREFLIGHT[:1])["access-control-allow-origin"] == "https://own.example"


@pytest.mark.parametrize(
    ("allowed", "origin", "answer"),
    [
        ("*", "https://any.example", "*"),
        ("https://*", "https://any.example", "https://any.example"),
        ("https://*", "http://any.example", None),
        ("http://*", "http://localhost:3000", "http://localhost:3000"),
    ],
)
def test_allowed_origins(allowed: str, origin: str, answer: str | None) -> None:
    found = ask(Cors((allowed,)), OPEN, "GET", [("Origin", origin)])
    assert found.get("access-control-allow-origin") == answer
