"""Makes the URL of an HTTP_PROXY integration for a request.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-http.html: a path
variable of the route in braces stands for its value, as in `http://localhost:3000/{proxy}`.
"""

import re
from urllib.parse import SplitResult, quote, urlsplit

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange
from localstack_dockerless.services.apigatewayv2.execute_api.selection import resolve

_VARIABLE = re.compile(r"(?<!\$)\{([^{}+]+)\+?\}")
_SEGMENT, _SEGMENTS = ":@!$&'()*+,;=~-._", "/:@!$&'()*+,;=~-._"


def url_of(exchange: Exchange) -> SplitResult:
    """Returns the integration's URL with the values of stage and path variables. The path and the query are encoded."""
    text = resolve(exchange, exchange.integration.uri) or ""
    greedy = "{" + exchange.matched_route.resource.rpartition("{")[2]

    def value(found: re.Match[str]) -> str:
        name = found[1]
        safe = _SEGMENTS if greedy == f"{{{name}+}}" else _SEGMENT
        return quote(exchange.path_parameters.get(name, ""), safe=safe)

    return urlsplit(_VARIABLE.sub(value, text))
