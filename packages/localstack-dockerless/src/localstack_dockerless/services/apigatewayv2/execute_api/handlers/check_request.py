"""Refuses methods that no route can have, and addresses that cannot be decoded to one text.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html (the methods of a
route) and RFC 3986, sections 2.1 and 2.5 (percent-encoding, UTF-8). The path is decoded for the authorizer and again
by the integration. Bytes that are no UTF-8 are decoded to different texts by different readers, so they are refused.
AWS does not document its own answer to them.
"""

import re
from urllib.parse import unquote_to_bytes

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError

METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
"""Names of methods are case-sensitive: RFC 9110, section 9.1."""

_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def check_request(exchange: Exchange) -> None:
    """Raises 400 for an unknown method or a badly encoded address."""
    request = exchange.request
    path = request.path
    if (
        request.method not in METHODS
        or path[:1] != "/"
        or not _decodes(path, controls=False)
        or not _decodes(request.query)
    ):
        raise GatewayError(400, "Bad Request", "DEFAULT_4XX")


def _decodes(text: str, *, controls: bool = True) -> bool:
    """Tells whether `text` is well encoded. A path may have no control characters. A value of the query may."""
    if "%" not in text:
        return True
    try:
        decoded = unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return False
    return not _BROKEN_ESCAPE.search(text) and (controls or not _CONTROL.search(decoded))
