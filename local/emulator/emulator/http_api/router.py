"""Takes the requests for HTTP APIs out of LocalStack's stream of requests and answers them.

An API is reached at `/_aws/execute-api/<api id>/...`, or at any path of the host `<api id>.execute-api.*`.
The handler stands before LocalStack's own handlers rather than in its edge router, because those would decode
gzip bodies, add a content type to answers that have none, and let the REST API routes take the same addresses.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from localstack.aws.handlers import preprocess_request
from localstack.runtime.shutdown import SHUTDOWN_HANDLERS
from localstack.services.edge import ROUTER
from rolo import Request
from rolo import Response as HttpResponse

from emulator.http_api import cloudwatch, moto_configuration, vpc_link
from emulator.http_api.authorizer_cache import AuthorizerCache
from emulator.http_api.exchange import ClientRequest, Exchange, Response
from emulator.http_api.functions import invoke_authorizer
from emulator.http_api.gateway import HttpApiGateway
from emulator.http_api.handlers.limit_payload import LARGEST_PAYLOAD
from emulator.http_api.log_writer import LogWriter

BASE = "/_aws/execute-api/"

_IN_PATH = re.compile(re.escape(BASE) + r"([A-Za-z0-9]+)(?=/|$)")
_IN_HOST = re.compile(r"([A-Za-z0-9]+)\.execute-api\.")
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))

authorizer_cache = AuthorizerCache()
_writer = LogWriter(cloudwatch.deliver)
_gateway = HttpApiGateway(invoke_authorizer, vpc_link.send, _writer.write, cloudwatch.count, authorizer_cache)


def register() -> None:
    """Put the gateway in front of LocalStack's handlers; answer 404 for addresses of no API at all."""
    preprocess_request.append(_serve)
    for path in (f"{BASE}<api_id>", f"{BASE}<api_id>/<path:path>"):
        ROUTER.add(path=path, endpoint=_unknown)
    SHUTDOWN_HANDLERS.register(_writer.stop)


def _serve(chain: Any, context: Any, response: HttpResponse) -> None:
    request = context.request
    raw_path, _, query = request.environ.get("RAW_URI", request.path).partition("?")
    in_path = _IN_PATH.match(raw_path)
    found = in_path or _IN_HOST.match(request.host)
    api = moto_configuration.find(found[1]) if found else None
    if found is None or api is None:
        return
    path = raw_path[in_path.end() :] if in_path else raw_path
    exchange = Exchange(_client_request(request, _ascii(path) or "/", _ascii(query)), api)
    _gateway.process(exchange)
    assert exchange.response is not None  # noqa: S101 -- process() sets it
    _fill(response, exchange.response)
    chain.stop()


def _client_request(request: Request, path: str, query: str) -> ClientRequest:
    announced = request.content_length or 0
    body = request.get_data(parse_form_data=False) if announced <= LARGEST_PAYLOAD else b""
    request.shallow = True  # nothing after this reads the body
    return ClientRequest(
        method=request.method,
        path=path,
        query=query,
        headers=tuple(request.headers.items()),
        body=body,
        body_size=max(announced, len(body)),
        source_ip=request.remote_addr or "127.0.0.1",
        scheme=request.scheme,
        protocol=request.environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
    )


def _ascii(text: str) -> str:
    """Raw characters beyond ASCII, which no client should send, as they are sent on: percent-encoded."""
    return text if text.isascii() else quote(text, safe=_PRINTABLE)


def _fill(response: HttpResponse, answer: Response) -> None:
    """Set the HTTP response to exactly `answer`, without the defaults and corrections of the framework."""
    response.status_code = answer.status
    response.response = [answer.body]
    response.headers.clear()
    for name, value in answer.headers:
        response.headers.add(name, value)
    as_given: Callable[[Any], Any] = lambda _environ: response.headers  # noqa: E731
    response.get_wsgi_headers = as_given


def _unknown(_request: Request, **_parameters: str) -> HttpResponse:
    return HttpResponse.for_json({"message": "Not Found"}, status=404)
