"""Evaluates selection expressions: `$request.header.name`, `$context.path`, `$stageVariables.name`, `${...}`.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html ("Identity sources")
"""

import json
import re
from typing import Any

from localstack_dockerless.services import query
from localstack_dockerless.services.apigatewayv2.execute_api.context_variables import as_text, context_value
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange

_WHOLE = re.compile(r"\$(?:request|response|context|stageVariables)\.")
_EMBEDDED = re.compile(r"\$\{((?:request|response|context|stageVariables)\.[^}]+)\}")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def resolve(exchange: Exchange, text: str) -> str | None:
    """Returns the value of a mapping's right-hand side. None: the named value is missing.

    A text without an expression is its own value.
    """
    if _WHOLE.match(text):
        return select(exchange, text[1:])
    if whole := _EMBEDDED.fullmatch(text):
        return select(exchange, whole[1])
    return _EMBEDDED.sub(lambda found: select(exchange, found[1]) or "", text)


def select(exchange: Exchange, expression: str) -> str | None:
    """Returns the value of an expression without its `$`, or None."""
    source, _, rest = expression.partition(".")
    if source == "context":
        return context_value(exchange, rest)
    if source == "stageVariables":
        return exchange.matched_stage.variables.get(rest)
    if source == "response":
        return _of_response(exchange, rest)
    return _of_request(exchange, rest)


def _of_request(exchange: Exchange, rest: str) -> str | None:
    part, _, name = rest.partition(".")
    if part == "header":
        return exchange.request.header(name)
    if part == "querystring":
        return query.joined(exchange.request.query).get(name)
    if part == "body":
        return _of_body(exchange.request.body, name)
    if part == "path":
        return exchange.path_parameters.get(name) if name else exchange.path
    return None


def _of_response(exchange: Exchange, rest: str) -> str | None:
    part, _, name = rest.partition(".")
    if exchange.response is None:
        return None
    if part == "header":
        values = [value for key, value in exchange.response.headers if key.lower() == name.lower()]
        return ",".join(values) if values else None
    return _of_body(exchange.response.body, name) if part == "body" else None


def _of_body(body: bytes, path: str) -> str | None:
    try:
        value: Any = json.loads(body)
    except ValueError:
        return None
    for key, index in _STEP.findall(path):
        if index and isinstance(value, list) and int(index) < len(value):
            value = value[int(index)]
        elif key and isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return None
    return as_text(value)
