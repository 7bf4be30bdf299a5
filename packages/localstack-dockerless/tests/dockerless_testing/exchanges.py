"""Makes exchanges for the tests of the gateway's steps."""

from collections.abc import Mapping
from typing import Any

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import (
    Api,
    Authorizer,
    Cors,
    Deployment,
    Integration,
    Route,
    Stage,
)
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import ClientRequest, Exchange, Response
from localstack_dockerless.services.apigatewayv2.execute_api.routes import RouteTable

LISTENER = "arn:aws:elasticloadbalancing:eu-central-1:000000000000:listener/app/a/b/c"
FUNCTION = "arn:aws:lambda:eu-central-1:000000000000:function:authorize"


def authorizer(**changes: Any) -> Authorizer:
    return Authorizer(
        **{
            "id": "auth1",
            "function_arn": FUNCTION,
            "payload_version": "2.0",
            "simple_responses": True,
            "identity_sources": ("$request.header.x-api-key",),
            "ttl": 0,
            "credentials_arn": None,
            **changes,
        }
    )


def integration(**changes: Any) -> Integration:
    return Integration(
        **{"id": "int1", "uri": LISTENER, "method": "ANY", "timeout": 30.0, "connection_id": "link1", **changes}
    )


def api(routes: list[Route], stages: Mapping[str, Stage] | None = None, cors: Cors | None = None) -> Api:
    stages = stages or {"$default": Stage("$default")}
    table = RouteTable([route.key for route in routes])
    deployment = Deployment(table, {route.key: route for route in routes})
    return Api(
        id="api1",
        account="000000000000",
        region="eu-central-1",
        stages=stages,
        deployments=dict.fromkeys(stages, deployment),
        vpc_links=frozenset({"link1"}),
        cors=cors,
    )


def request(method: str = "GET", target: str = "/", headers: Any = (), body: bytes = b"") -> ClientRequest:
    path, _, query = target.partition("?")
    sent = (("Host", "api1.execute-api.eu-central-1.amazonaws.com"), *headers)
    return ClientRequest(method, path, query, sent, body, len(body), "192.0.2.7", "http")


def exchange(
    target: str = "/pets/6?a=1&a=2",
    *,
    route: Route | None = None,
    stage: Stage | None = None,
    path_parameters: Mapping[str, str] | None = None,
    **parts: Any,
) -> Exchange:
    """Returns an exchange whose route was found."""
    route = route or Route("GET /pets/{id}", None, integration())
    made = Exchange(request(target=target, **parts), api([route]), "request-id", started_at=1_583_348_638.39)
    made.stage = stage or Stage("$default")
    made.path = made.request.path
    made.route = route
    made.path_parameters = dict(path_parameters or {"id": "6"})
    return made


def answered(status: int = 200, headers: Any = (), body: bytes = b"") -> Response:
    return Response(status, list(headers), body)
