"""Reads the result of a Lambda integration's function as the response to the client.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
("Lambda function response format"). Format 2.0 takes a result without a status code as the body of a 200. AWS does not
document the content type of a response that names none: live HTTP APIs send `text/plain;charset=UTF-8`.
"""

import base64
import binascii
import json
import re
from typing import Any

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Headers, Response
from localstack_dockerless.services.elbv2.load_balancer.forwarding_headers import end_to_end

_UNSAFE = re.compile(r"[\r\n\0]")
_WITHOUT_BODY = (204, 304)


class InvalidResponseError(Exception):
    """The result is no response. The text names the fault."""


def read_response(payload: bytes, version: str) -> Response:
    """Returns the response that `payload`, the function's JSON, describes in payload format `version`.

    Raises
    ------
    InvalidResponseError
    """
    try:
        result = json.loads(payload)
    except ValueError as error:
        raise InvalidResponseError("the result is no JSON") from error
    if isinstance(result, dict) and "statusCode" in result:
        return _described(result, version)
    if version == "1.0":
        raise InvalidResponseError("the result is no object with a statusCode")
    body = result.encode() if isinstance(result, str) else payload
    return _response(200, [("Content-Type", "application/json")], body)


def _described(result: dict[str, Any], version: str) -> Response:
    try:
        status = int(result["statusCode"])
        headers = _single(result) if version == "2.0" else _multiple(result)
        body = _body(result)
    except (TypeError, AttributeError, ValueError, binascii.Error) as error:
        raise InvalidResponseError(f"the result is no response: {error}") from error
    if not 100 <= status <= 599:
        raise InvalidResponseError(f"the status code {status} is outside of 100 to 599")
    if any(_UNSAFE.search(name + value) for name, value in headers):
        raise InvalidResponseError("a header has a line break")
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "text/plain;charset=UTF-8"))
    return _response(status, headers, body)


def _single(result: dict[str, Any]) -> Headers:
    headers = [(str(name), _text(value)) for name, value in (result.get("headers") or {}).items()]
    return headers + [("Set-Cookie", _text(cookie)) for cookie in result.get("cookies") or []]


def _multiple(result: dict[str, Any]) -> Headers:
    """Returns both maps of headers. A name in `multiValueHeaders` replaces the name in `headers`."""
    several = {str(name): list(values) for name, values in (result.get("multiValueHeaders") or {}).items()}
    replaced = {name.lower() for name in several}
    single = [
        (str(name), _text(value))
        for name, value in (result.get("headers") or {}).items()
        if str(name).lower() not in replaced
    ]
    return single + [(name, _text(value)) for name, values in several.items() for value in values]


def _body(result: dict[str, Any]) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise TypeError("body is not a string")
    return base64.b64decode(body, validate=True) if result.get("isBase64Encoded") else body.encode()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _response(status: int, headers: Headers, body: bytes) -> Response:
    content = b"" if status in _WITHOUT_BODY else body
    kept = [(name, value) for name, value in end_to_end(headers) if name.lower() != "content-length"]
    if status not in _WITHOUT_BODY:
        kept.append(("Content-Length", str(len(content))))
    return Response(status, kept, content)
