"""The whole chain works with a fake function, integration and log."""

import json
from dataclasses import replace
from typing import Any

import pytest

from dockerless_testing.exchanges import api, authorizer, integration, request
from localstack_dockerless.services.apigatewayv2.execute_api.authorizer_cache import AuthorizerCache
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import (
    AccessLog,
    Api,
    ApiMapping,
    Authorizer,
    Kind,
    Route,
    Stage,
    Throttling,
)
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import ClientRequest, Exchange, Outgoing, Response
from localstack_dockerless.services.apigatewayv2.execute_api.gateway import HttpApiGateway
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.limit_payload import LARGEST_HEAD, LARGEST_PAYLOAD
from localstack_dockerless.services.apigatewayv2.execute_api.ports import (
    IntegrationFailedError,
    IntegrationTimeoutError,
    IntegrationUnavailableError,
    InvalidTokenError,
    Ports,
    UnsupportedIntegrationError,
)

LOG = AccessLog("arn:aws:logs:eu-central-1:000000000000:log-group:g", "$context.status $context.error.message")


class World:
    """Holds everything outside of the gateway: the integration's answers, its requests, and the log."""

    def __init__(self, answer: Any = None, authorization: Any = None) -> None:
        self.answer = answer or Response(200, [("X-Back", "1")], b"ok")
        self.authorization = authorization
        self.sent: list[Outgoing] = []
        self.lines: list[tuple[str, str, int, str]] = []
        self.counted: dict[str, float] = {}
        ports = Ports(self._invoke, self._verify, self._send, self._write, self._count)
        self.gateway = HttpApiGateway(ports, AuthorizerCache())

    def _invoke(self, api: Api, authorizer: Authorizer, event: dict[str, Any]) -> Any:
        return self.authorization

    def _verify(self, token: str, issuer: str) -> dict[str, Any]:
        raise InvalidTokenError(f"{token} is not of {issuer}")

    def _write(self, *line: Any) -> None:
        self.lines.append(line)

    def _count(self, _exchange: Exchange, name: str, value: float, _unit: str) -> None:
        self.counted[name] = value

    def _send(self, _exchange: Exchange, outgoing: Outgoing, _timeout: float) -> Response:
        self.sent.append(outgoing)
        if isinstance(self.answer, Exception):
            raise self.answer
        return Response(self.answer.status, list(self.answer.headers), self.answer.body)

    def ask(self, asked: ClientRequest, of: Api) -> Exchange:
        exchange = Exchange(asked, of)
        self.gateway.process(exchange)
        return exchange


def response(exchange: Exchange) -> Response:
    assert exchange.response is not None
    return exchange.response


def message(exchange: Exchange) -> tuple[int, Any]:
    return response(exchange).status, json.loads(response(exchange).body)


PROXY = Route("ANY /{proxy+}", None, integration())


def test_an_answer_passes_with_the_request_id() -> None:
    made = World().ask(request(target="/a"), api([PROXY]))
    assert response(made) == Response(200, [("X-Back", "1"), ("Apigw-Requestid", made.request_id)], b"ok")


def test_a_request_passes_with_the_gateways_own_headers() -> None:
    world = World()
    sent = [
        ("Connection", "keep-alive, X-Hop"),
        ("X-Hop", "1"),
        ("Transfer-Encoding", "chunked"),
        ("X-Forwarded-For", "spoofed"),
        ("Forwarded", "for=spoofed"),
        ("X-Two", "a"),
        ("X-Two", "b"),
    ]
    world.ask(request("POST", "/a%20b//c?x=%2F", sent, b"body"), api([PROXY]))
    [outgoing] = world.sent
    assert (outgoing.method, outgoing.path, outgoing.query, outgoing.body) == ("POST", "/a%20b//c", "x=%2F", b"body")
    host = "api1.execute-api.eu-central-1.amazonaws.com"
    assert outgoing.headers == [
        ("Host", host),
        ("X-Two", "a"),
        ("X-Two", "b"),
        ("Forwarded", f"for=192.0.2.7;host={host};proto=http"),
        ("Via", "HTTP/1.1 AmazonAPIGateway"),
        ("Content-Length", "4"),
    ]


def test_a_request_without_a_body_gets_no_content_length() -> None:
    world = World()
    world.ask(request(target="/a"), api([PROXY]))
    assert "content-length" not in {name.lower() for name, _ in world.sent[0].headers}


def test_the_integrations_method_replaces_the_clients() -> None:
    world = World()
    world.ask(request(target="/a"), api([Route("GET /a", None, integration(method="PUT"))]))
    assert world.sent[0].method == "PUT"


@pytest.mark.parametrize(
    ("path", "stage", "passed_on"),
    [("/a", "$default", "/a"), ("/v1/a", "v1", "/v1/a"), ("/v1", "v1", None), ("/v2/a", "$default", "/v2/a")],
)
def test_a_named_stage_is_the_first_segment_and_stays_in_the_path(path: str, stage: str, passed_on: str | None) -> None:
    world = World()
    stages = {name: Stage(name) for name in ("$default", "v1")}
    made = world.ask(request(target=path), api([PROXY], stages))
    assert made.stage == stages[stage]
    assert [outgoing.path for outgoing in world.sent] == ([passed_on] if passed_on else [])


def test_no_route_is_404() -> None:
    made = World().ask(request(target="/b"), api([Route("GET /a", None, integration())]))
    assert message(made) == (404, {"message": "Not Found"})


def test_no_stage_and_nothing_deployed_are_404() -> None:
    deployed = api([PROXY], {"v1": Stage("v1")})
    assert message(World().ask(request(target="/a"), deployed)) == (404, {"message": "Not Found"})
    undeployed = Api("api1", "0", "r", deployed.stages, {}, deployed.vpc_links)
    assert message(World().ask(request(target="/v1/a"), undeployed)) == (404, {"message": "Not Found"})


def test_a_route_without_integration_is_404() -> None:
    assert message(World().ask(request(target="/a"), api([Route("GET /a", None, None)])))[0] == 404


def test_a_large_body_is_413_and_exactly_10_mb_is_not() -> None:
    for extra, status in ((0, 200), (1, 413)):
        asked = ClientRequest("POST", "/a", "", (), b"", LARGEST_PAYLOAD + extra, "192.0.2.7", "http")
        made = World().ask(asked, api([PROXY]))
        assert response(made).status == status
    assert message(made) == (413, {"message": "Request Entity Too Large"})


def test_a_request_line_with_headers_above_10_kb_is_431() -> None:
    host = len("api1.execute-api.eu-central-1.amazonaws.com")
    line = len("POST /a?b HTTP/1.1")
    for extra, status in ((0, 200), (1, 431)):
        value = "v" * (LARGEST_HEAD - host - line + extra)
        made = World().ask(request("POST", "/a?b", [("X-Any", value)]), api([PROXY]))
        assert response(made).status == status
    assert message(made) == (431, {"message": "Request Header Fields Too Large"})


def test_a_throttled_request_is_429_and_other_routes_have_their_own_tokens() -> None:
    limits: dict[str | None, Throttling] = {
        None: Throttling(rate=0.0, burst=1),
        "GET /b": Throttling(rate=0.0, burst=2),
    }
    deployed = api(
        [Route("GET /a", None, integration()), Route("GET /b", None, integration())],
        {"$default": Stage("$default", throttling=limits)},
    )
    world = World()
    paths = ["/a", "/a", "/b", "/b", "/b"]
    made = [world.ask(request(target=path), deployed) for path in paths]
    assert [response(one).status for one in made] == [200, 429, 200, 200, 429]
    assert message(made[1]) == (429, {"message": "Too Many Requests"})


def test_requests_that_may_not_pass_use_up_no_tokens() -> None:
    limits: dict[str | None, Throttling] = {None: Throttling(rate=0.0, burst=1)}
    deployed = api([Route("GET /a", authorizer(), integration())], {"$default": Stage("$default", throttling=limits)})
    world = World(authorization={"isAuthorized": True})
    assert [response(world.ask(request(target="/a"), deployed)).status for _ in range(3)] == [401, 401, 401]
    assert response(world.ask(request(target="/a", headers=[("X-Api-Key", "k")]), deployed)).status == 200


@pytest.mark.parametrize(
    ("failure", "expected"),
    [
        (IntegrationUnavailableError("no healthy target"), (503, {"message": "Service Unavailable"})),
        (IntegrationTimeoutError("too slow"), (504, {"message": "Gateway Timeout"})),
        (IntegrationFailedError("no permission"), (500, {"message": "Internal Server Error"})),
        (UnsupportedIntegrationError("not example.com"), (501, {"message": "not example.com"})),
        (RuntimeError("a bug"), (500, {"message": "Internal Server Error"})),
    ],
)
def test_a_failing_integration(failure: Exception, expected: Any) -> None:
    world = World(failure)
    made = world.ask(request(target="/a"), api([PROXY], {"$default": Stage("$default", access_log=LOG)}))
    assert message(made) == expected
    assert world.lines[0][3] == f"{expected[0]} {expected[1]['message']}"


def test_a_deleted_vpc_link_is_500() -> None:
    made = World().ask(request(target="/a"), api([Route("GET /a", None, integration(connection_id="gone"))]))
    assert message(made) == (500, {"message": "Internal Server Error"})


def test_a_response_above_10_mb_is_500() -> None:
    made = World(Response(200, [], b"x" * (LARGEST_PAYLOAD + 1))).ask(request(target="/a"), api([PROXY]))
    assert response(made).status == 500


def test_response_parameters_go_by_the_status_of_the_integration() -> None:
    mappings = {"500": {"overwrite:statuscode": "403"}, "200": {"append:header.x": "1"}}
    route = Route("GET /a", None, integration(response_parameters=mappings))
    assert response(World(Response(500, [], b"")).ask(request(target="/a"), api([route]))).status == 403
    assert ("x", "1") in response(World().ask(request(target="/a"), api([route]))).headers


def test_each_request_is_logged_once_with_the_stages_stream() -> None:
    world = World()
    made = world.ask(request(target="/a"), api([PROXY], {"$default": Stage("$default", access_log=LOG)}))
    assert world.lines == [(LOG.destination_arn, "api1-default", int(made.started_at * 1000), "200 -")]


@pytest.mark.parametrize(
    ("answer", "errors"),
    [
        (Response(200, [], b"ok"), {"4xx": 0, "5xx": 0}),
        (Response(422, [], b"no"), {"4xx": 1, "5xx": 0}),
        (IntegrationUnavailableError("nobody"), {"4xx": 0, "5xx": 1}),
    ],
)
def test_a_request_is_counted_with_how_it_ended(answer: Any, errors: dict[str, float]) -> None:
    world = World(answer)
    world.ask(request(target="/a"), api([PROXY]))
    assert world.counted["Count"] == 1
    assert {name: world.counted[name] for name in errors} == errors
    assert world.counted.keys() >= {"Latency", "IntegrationLatency", "DataProcessed"}


def test_a_function_that_is_too_slow_is_503() -> None:
    route = Route("GET /a", None, integration(kind=Kind.FUNCTION))
    made = World(IntegrationTimeoutError("too slow")).ask(request(target="/a"), api([route]))
    assert message(made) == (503, {"message": "Service Unavailable"})
    assert made.error is not None
    assert made.error.response_type == "INTEGRATION_TIMEOUT"


def test_a_server_gets_the_path_of_its_url_and_its_own_host() -> None:
    world = World()
    uri = "http://localhost:3000/base/{proxy}?fixed=1"
    world.ask(request(target="/a/b?x=2"), api([Route("ANY /{proxy+}", None, integration(uri=uri, kind=Kind.URL))]))
    [outgoing] = world.sent
    assert (outgoing.path, outgoing.query) == ("/base/a/b", "fixed=1&x=2")
    assert [value for name, value in outgoing.headers if name == "Host"] == ["localhost:3000"]


def test_a_function_gets_the_clients_host_and_address() -> None:
    world = World()
    sent = [("X-Forwarded-For", "198.51.100.1"), ("Connection", "close")]
    world.ask(request(target="/a", headers=sent), api([Route("GET /a", None, integration(kind=Kind.FUNCTION))]))
    headers = {name.lower(): value for name, value in world.sent[0].headers}
    assert headers["host"] == "api1.execute-api.eu-central-1.amazonaws.com"
    assert headers["x-forwarded-for"] == "198.51.100.1, 192.0.2.7"
    assert headers["x-amzn-trace-id"].startswith("Root=1-")
    assert not headers.keys() & {"connection", "via", "forwarded"}


def test_an_api_mapping_names_the_stage_and_takes_no_part_of_the_path() -> None:
    world = World()
    stages = {name: Stage(name) for name in ("$default", "v1")}
    exchange = Exchange(request(target="/v1/a"), api([PROXY], stages), mapping=ApiMapping("shop", "api1", "v1"))
    world.gateway.process(exchange)
    assert exchange.stage == stages["v1"]
    assert exchange.path_parameters == {"proxy": "v1/a"}
    assert exchange.mapped_path == "/shop/v1/a"


def test_a_closed_address_is_404_and_a_mapping_still_leads_to_the_api() -> None:
    closed = replace(api([PROXY]), own_address=False)
    assert message(World().ask(request(target="/a"), closed)) == (404, {"message": "Not Found"})
    mapped = Exchange(request(target="/a"), closed, mapping=ApiMapping("", "api1", "$default"))
    World().gateway.process(mapped)
    assert response(mapped).status == 200
