"""Takes the requests for HTTP APIs from LocalStack and answers them.

An API is reached at `/_aws/execute-api/<api id>/...`, at any path of the host `<api id>.execute-api.*`, and at the
hosts of its custom domain names.
The handler runs before LocalStack's own handlers and not in its edge router. LocalStack's handlers would decode gzip
bodies, add a content type to answers without one, and match the same addresses with the REST API routes.
"""

from collections.abc import Callable
from typing import Any

from localstack.aws.handlers import preprocess_request
from localstack.runtime.shutdown import SHUTDOWN_HANDLERS
from localstack.services.edge import ROUTER
from rolo import Request
from rolo import Response as HttpResponse

from localstack_dockerless.http_server import head as heads
from localstack_dockerless.http_server.head import Head, Refusal
from localstack_dockerless.services.apigatewayv2.execute_api import cloudwatch, integrations, issuers
from localstack_dockerless.services.apigatewayv2.execute_api.addresses import BASE, Located, locate
from localstack_dockerless.services.apigatewayv2.execute_api.authorizer_cache import AuthorizerCache
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import (
    ClientRequest,
    Exchange,
    GatewayError,
    Response,
)
from localstack_dockerless.services.apigatewayv2.execute_api.gateway import HttpApiGateway
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.limit_payload import LARGEST_PAYLOAD
from localstack_dockerless.services.apigatewayv2.execute_api.invoke_authorizer import invoke_authorizer
from localstack_dockerless.services.apigatewayv2.execute_api.jwt_keys import IssuerKeys
from localstack_dockerless.services.apigatewayv2.execute_api.log_writer import LogWriter
from localstack_dockerless.services.apigatewayv2.execute_api.ports import Ports

authorizer_cache = AuthorizerCache()
_writer = LogWriter(cloudwatch.deliver)
_ports = Ports(
    invoke=invoke_authorizer,
    verify=IssuerKeys(issuers.read_keys).verify,
    send=integrations.send,
    write=_writer.write,
    count=cloudwatch.count,
)
_gateway = HttpApiGateway(_ports, authorizer_cache)


def register() -> None:
    """Adds the gateway before LocalStack's handlers. An address of no API gets 404."""
    preprocess_request.append(_serve)
    for path in (f"{BASE}<api_id>", f"{BASE}<api_id>/<path:path>"):
        ROUTER.add(path=path, endpoint=_unknown)
    SHUTDOWN_HANDLERS.register(_writer.stop)


def judge(head: Head) -> Refusal | None:
    """Refuses a request before its body is read, if the body is larger than an API takes."""
    length = int((head.values("content-length") or ["0"])[0])
    return heads.BODY_TOO_LARGE if length > LARGEST_PAYLOAD and locate(head.host, head.path_and_query) else None


def note_refused(head: Head, refusal: Refusal, client: str) -> list[tuple[str, str]]:
    """Logs and counts a request of an API that the HTTP server refused. Returns the answer's headers."""
    found = locate(head.host, head.path_and_query)
    if found is None or found.api is None:
        return []
    path, _, query = found.target.partition("?")
    request = ClientRequest(head.method, path or "/", query, head.headers, b"", 0, client, "http", head.protocol)
    exchange = Exchange(request, found.api, mapping=found.mapping)
    _gateway.refuse(exchange, GatewayError(refusal.status, refusal.message, "DEFAULT_4XX"))
    return [("Apigw-Requestid", exchange.request_id)]


def _serve(chain: Any, context: Any, response: HttpResponse) -> None:
    request = context.request
    found = locate(request.headers.get("Host", ""), request.environ.get("RAW_URI", request.path))
    if found is None:
        return
    _fill(response, _answer(request, found) if found.api else _of_no_mapping())
    chain.stop()


def _answer(request: Request, found: Located) -> Response:
    assert found.api is not None  # noqa: S101 -- the caller has checked it
    path, _, query = found.target.partition("?")
    exchange = Exchange(_client_request(request, path or "/", query), found.api, mapping=found.mapping)
    _gateway.process(exchange)
    assert exchange.response is not None  # noqa: S101 -- process() sets it
    return exchange.response


def _of_no_mapping() -> Response:
    """Returns the answer of a custom domain name without an API mapping for the path.

    https://repost.aws/knowledge-center/api-gateway-403-custom-domain has the status 403 for a wrong path. AWS does not
    document the message of HTTP APIs. It is the one of any other 403.
    """
    body = b'{"message":"Forbidden"}'
    return Response(403, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))], body)


def _client_request(request: Request, path: str, query: str) -> ClientRequest:
    announced = request.content_length or 0
    body = request.get_data(parse_form_data=False) if announced <= LARGEST_PAYLOAD else b""
    request.shallow = True  # nothing after this reads the body
    return ClientRequest(
        method=request.environ["REQUEST_METHOD"],  # `request.method` is in capitals whatever the client sent
        path=path,
        query=query,
        headers=tuple(request.headers.items()),
        body=body,
        body_size=max(announced, len(body)),
        source_ip=request.remote_addr or "127.0.0.1",
        scheme=request.scheme,
        protocol=request.environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
    )


def _fill(response: HttpResponse, answer: Response) -> None:
    """Sets the HTTP response to exactly `answer`, without the defaults and corrections of the framework."""
    response.status_code = answer.status
    response.response = [answer.body]
    response.headers.clear()
    for name, value in answer.headers:
        response.headers.add(name, value)
    as_given: Callable[[Any], Any] = lambda _environ: response.headers  # noqa: E731
    response.get_wsgi_headers = as_given


def _unknown(_request: Request, **_parameters: str) -> HttpResponse:
    return HttpResponse.for_json({"message": "Not Found"}, status=404)
