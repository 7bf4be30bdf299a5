"""Makes the event of a Lambda function as a target, and the HTTP answer of its result.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html: the event, the result, and
multi-value headers.
"""

import base64
import json
import re
from collections.abc import Mapping
from typing import Any

from localstack_dockerless.services.elbv2.load_balancer.connections import Answer, Outgoing, TargetFailedError

_TEXT = re.compile(r"text/|application/(json|javascript|xml)(;|$)", re.IGNORECASE)
_FORBIDDEN = re.compile(r"[\r\n\0]")


def event(group_arn: str, request: Outgoing, *, multi: bool) -> dict[str, Any]:
    """Returns the event. Parameters of the query stay encoded. Without `multi` the last value of a name is sent."""
    path, _, query = request.url.partition("?")
    headers: dict[str, list[str]] = {}
    for name, value in request.headers:
        headers.setdefault(name.lower(), []).append(value)
    parameters: dict[str, list[str]] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        parameters.setdefault(name, []).append(value)
    body, encoded = _body(request.body, headers)
    common = {
        "requestContext": {"elb": {"targetGroupArn": group_arn}},
        "httpMethod": request.method,
        "path": path,
        "body": body,
        "isBase64Encoded": encoded,
    }
    if multi:
        return {**common, "multiValueHeaders": headers, "multiValueQueryStringParameters": parameters}
    return {**common, "headers": _last(headers), "queryStringParameters": _last(parameters)}


def _last(values: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: each[-1] for name, each in values.items()}


def _body(body: bytes, headers: Mapping[str, list[str]]) -> tuple[str, bool]:
    """Returns the body and whether it is in base64: text of a known type without a content encoding is not."""
    known = not body or _TEXT.match(headers.get("content-type", [""])[-1])
    if known and "content-encoding" not in headers:
        try:
            return body.decode(), False
        except UnicodeDecodeError:
            pass
    return base64.b64encode(body).decode(), True


def answer_of(payload: bytes, *, multi: bool) -> Answer:
    """Returns the HTTP answer of a function's result. Raises `TargetFailedError` if it is none."""
    try:
        result = json.loads(payload)
        status = int(result["statusCode"])
        headers = [(str(name), str(value)) for name, value in _pairs(result, multi=multi)]
        text = str(result.get("body") or "")
        body = base64.b64decode(text, validate=True) if result.get("isBase64Encoded") else text.encode()
        reason = str(result.get("statusDescription") or "").partition(" ")[2]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TargetFailedError(f"The function's result is no answer: {error!r}") from error
    if not 100 <= status <= 599 or any(_FORBIDDEN.search(name + value) for name, value in [(reason, ""), *headers]):
        raise TargetFailedError("The function's result is no valid HTTP answer")
    kept = [(name, value) for name, value in headers if name.lower() not in ("content-length", "transfer-encoding")]
    return Answer(status, reason, [*kept, ("Content-Length", str(len(body)))], body)


def _pairs(result: Mapping[str, Any], *, multi: bool) -> list[tuple[str, Any]]:
    """Returns the headers: `multiValueHeaders` if the group has them enabled, else `headers`."""
    if multi:
        return [(name, value) for name, values in (result.get("multiValueHeaders") or {}).items() for value in values]
    return list((result.get("headers") or {}).items())
