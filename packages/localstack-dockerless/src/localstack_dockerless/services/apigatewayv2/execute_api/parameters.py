"""Checks parameter mappings, and applies them to a request or a response.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
Values come from the request as the client sent it, whatever the order of the mappings. An `overwrite` with a missing
value removes the target, so that no text of the client replaces it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from localstack_dockerless.services import query
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Headers, Outgoing, Response

_KEY = re.compile(r"(append|overwrite|remove):(header|querystring)\.(\S+)|(overwrite):(path|statuscode)")
_RESERVED = re.compile(
    r"access-control-.*|apigw-.*|authorization|connection|content-encoding|content-length|content-location|forwarded"
    r"|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|x-amz-.*"
    r"|x-amzn-.*|x-forwarded-for|x-forwarded-host|x-forwarded-proto|via",
    re.IGNORECASE,
)
_PATH_CHARACTERS = "/:@!$&'()*+,;=~%-._"

Resolve = Callable[[str], str | None]


@dataclass(frozen=True)
class Change:
    """Holds the parts of a mapping's key: `operation` on the header, query parameter, path or status `name`."""

    operation: str
    location: str
    name: str


def parse_key(key: str) -> Change:
    """Parses a mapping's key such as `overwrite:header.name`.

    Raises
    ------
    ValueError
        It is no key, or it names a reserved header. The text is AWS's.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise ValueError(f"Invalid mapping expression specified: {key}")
    operation, location, name = found[1] or found[4], found[2] or found[5], found[3] or ""
    if location == "header" and _RESERVED.fullmatch(name):
        raise ValueError(f"Operations on header {name} are restricted")
    return Change(operation, location, name)


def check(request: Mapping[str, str], response: Mapping[str, Mapping[str, str]]) -> None:
    """Refuses mappings that AWS refuses: unknown keys, reserved headers, a path or status in the wrong mapping.

    Raises
    ------
    ValueError
    """
    for key, value in request.items():
        if parse_key(key).location == "statuscode":
            raise ValueError(f"Invalid mapping expression specified: {key}")
        _check_value(value)
    for mappings in response.values():
        for key, value in mappings.items():
            if parse_key(key).location in ("querystring", "path"):
                raise ValueError(f"Invalid mapping expression specified: {key}")
            _check_value(value)


def _check_value(value: str) -> None:
    if re.search(r"\$\{?(request|response)\.body\.(\.|.*\?\()", value):
        raise ValueError(f"Invalid mapping expression specified: {value}")


def map_request(outgoing: Outgoing, mappings: Mapping[str, str], resolve: Resolve) -> None:
    """Applies the request parameters of an integration to `outgoing`."""
    for key, text in mappings.items():
        change, value = parse_key(key), resolve(text)
        if change.location == "header":
            outgoing.headers = _mapped_headers(outgoing.headers, change, value)
        elif change.location == "querystring":
            outgoing.query = _mapped_query(outgoing.query, change, value)
        elif value:
            outgoing.path = "/" + quote(value, safe=_PATH_CHARACTERS).removeprefix("/")


def map_response(response: Response, mappings: Mapping[str, str], resolve: Resolve) -> None:
    """Applies the response parameters of the response's own status code to it."""
    for key, text in mappings.items():
        change, value = parse_key(key), resolve(text)
        if change.location == "header":
            response.headers = _mapped_headers(response.headers, change, value)
        elif value and value.isdigit():
            response.status = int(value)


def _mapped_headers(headers: Headers, change: Change, value: str | None) -> Headers:
    kept = headers
    if change.operation != "append":
        kept = [(name, old) for name, old in headers if name.lower() != change.name.lower()]
    if change.operation == "remove" or value is None:
        return kept
    return [*kept, (change.name, re.sub(r"[\r\n]+", " ", value))]


def _mapped_query(raw: str, change: Change, value: str | None) -> str:
    kept = raw if change.operation == "append" else query.without(raw, change.name)
    return kept if change.operation == "remove" or value is None else query.appended(kept, change.name, value)
