"""Serves Lambda function URLs: their address needs no DNS, and their events and answers are as on AWS.

Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
The address is `/_aws/lambda-url/<url id>/`, and the host name of AWS works as a Host header. LocalStack's own handler
passes a client context that is no base64. It answers at a host name that does not resolve without the internet.
"""

import base64
import json
import re
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from localstack import config
from localstack.services.lambda_.invocation.models import lambda_stores
from rolo import Request, Response

from localstack_dockerless.services import query
from localstack_dockerless.services.lambda_.http_bodies import body_as_text
from localstack_dockerless.services.lambda_.invocations import invoke
from localstack_dockerless.services.lambda_.support import too_large

BASE = "/_aws/lambda-url/"

_IN_PATH = re.compile(re.escape(BASE) + r"([A-Za-z0-9-]+)")
_IN_HOST = re.compile(r"([a-z0-9-]+)\.lambda-url\.")


def address_of(url_id: str) -> str:
    """Returns the address of a function URL."""
    host = config.LOCALSTACK_HOST
    name = "127.0.0.1" if host.host == "localhost.localstack.cloud" else host.host
    return f"http://{name}:{host.port}{BASE}{url_id}/"


def refusal(parameters: dict[str, Any]) -> str | None:
    """Returns why a URL with these parameters of Create- or UpdateFunctionUrlConfig cannot be served, or None."""
    if parameters.get("AuthType") == "AWS_IAM":
        return "AuthType AWS_IAM of function URLs is not supported by the emulator, only NONE."
    if parameters.get("InvokeMode") == "RESPONSE_STREAM":
        return "InvokeMode RESPONSE_STREAM of function URLs is not supported by the emulator, only BUFFERED."
    if parameters.get("Cors"):
        return "Cors of function URLs is not supported by the emulator."
    return None


def serve(chain: Any, context: Any, response: Response) -> None:
    """Answers requests to function URLs. It is a handler of LocalStack's request chain."""
    request = context.request
    raw_path, _, raw_query = request.environ.get("RAW_URI", request.path).partition("?")
    in_path = _IN_PATH.match(raw_path)
    found = in_path or _IN_HOST.match(request.headers.get("Host", ""))
    if found is None:
        return
    path = (raw_path[in_path.end() :] if in_path else raw_path) or "/"
    _fill(response, *_answer(request, found[1], path, raw_query))
    chain.stop()


Answer = tuple[int, list[tuple[str, str]], bytes]


def _answer(request: Request, url_id: str, path: str, raw_query: str) -> Answer:
    function = _function_of(url_id)
    if function is None:
        return 403, [("x-amzn-ErrorType", "AccessDeniedException")], b'{"Message":null}'
    body = request.get_data(parse_form_data=False)
    if reason := too_large(len(body), "RequestResponse"):
        return 413, [], json.dumps({"Message": reason}).encode()
    arn, request_id = function, str(uuid.uuid4())
    event = _event(request, url_id, arn, request_id, (path, raw_query, body))
    result = invoke(arn, json.dumps(event).encode(), request_id)
    status, headers, content = _bad_gateway() if result.is_error else answer_of(result.payload)
    return status, [*headers, ("x-amzn-RequestId", request_id)], content


def _function_of(url_id: str) -> str | None:
    """Returns the function's ARN, with the URL's alias. The id ignores case, as host names do."""
    for regions in list(lambda_stores.values()):
        for store in list(regions.values()):
            for function in list(store.functions.values()):
                for url in list(function.function_url_configs.values()):
                    if url.url_id.lower() == url_id.lower():
                        return str(url.function_arn)
    return None


def _event(request: Request, url_id: str, arn: str, request_id: str, parts: tuple[str, str, bytes]) -> dict[str, Any]:
    """Returns the event in payload format 2.0. Unlike HTTP APIs, function URLs leave the path encoded."""
    path, raw_query, body = parts
    headers: dict[str, str] = {}
    for name, value in request.headers.items():
        key = name.lower()
        headers[key] = f"{headers[key]},{value}" if key in headers else value
    cookies = [cookie.strip() for cookie in headers.pop("cookie", "").split(";") if cookie.strip()]
    now, client = time.time(), request.remote_addr or "127.0.0.1"
    domain = f"{url_id}.lambda-url.{arn.split(':')[3]}.on.aws"
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": raw_query,
        "headers": {**headers, "x-forwarded-for": client, "x-forwarded-proto": request.scheme},
        "requestContext": {
            "accountId": "anonymous",
            "apiId": url_id,
            "domainName": domain,
            "domainPrefix": url_id,
            "http": {
                "method": request.environ["REQUEST_METHOD"],
                "path": path,
                "protocol": request.environ.get("SERVER_PROTOCOL", "HTTP/1.1"),
                "sourceIp": client,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "routeKey": "$default",
            "stage": "$default",
            "time": datetime.fromtimestamp(now, UTC).strftime("%d/%b/%Y:%H:%M:%S +0000"),
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if raw_query:
        event["queryStringParameters"] = query.joined(raw_query)
    if body:
        event["body"], event["isBase64Encoded"] = body_as_text(body, headers.get("content-type", ""))
    return event


def _inferred(result: Any) -> bytes:
    """Returns the body that a result without a `statusCode` becomes: a string as it is, else JSON without spaces."""
    text = result if isinstance(result, str) else json.dumps(result, ensure_ascii=False, separators=(",", ":"))
    return text.encode()


def answer_of(payload: bytes) -> Answer:
    """Returns the answer of a function's result: the answer itself with a `statusCode`, else the body of a 200."""
    json_type = ("Content-Type", "application/json")
    try:
        result = json.loads(payload)
    except ValueError:
        return _bad_gateway()
    if not isinstance(result, dict) or "statusCode" not in result:
        return 200, [json_type], _inferred(result)
    try:
        body = result.get("body", "")
        text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        content = base64.b64decode(text, validate=True) if result.get("isBase64Encoded") else text.encode()
        headers = [(str(name), _header(value)) for name, value in (result.get("headers") or {}).items()]
        headers += [("Set-Cookie", str(cookie)) for cookie in result.get("cookies") or []]
        status = int(result["statusCode"])
    except (ValueError, TypeError, AttributeError):
        return _bad_gateway()
    if not 100 <= status <= 599 or any(re.search(r"[\r\n\0]", name + value) for name, value in headers):
        return _bad_gateway()
    given = {name.lower() for name, _ in headers}
    return status, headers if "content-type" in given else [json_type, *headers], content


def _header(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _bad_gateway() -> Answer:
    """Returns the answer of a function that failed, or whose result is no answer."""
    return 502, [("Content-Type", "application/json")], b"Internal Server Error"


def _fill(response: Response, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
    response.status_code = status
    response.response = [content]
    response.headers.clear()
    for name, value in headers:
        if name.lower() not in ("content-length", "transfer-encoding", "connection"):
            response.headers.add(name, value)
    response.headers["Content-Length"] = str(len(content))
