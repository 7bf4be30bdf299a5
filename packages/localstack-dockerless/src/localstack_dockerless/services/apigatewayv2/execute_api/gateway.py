"""Lists the steps of a request through an HTTP API, in their order.

AWS does not document whether a request is throttled before or after it is authorized. Here it is authorized first, so
that a denied request takes no token of the route's bucket.
"""

import logging
from collections.abc import Callable

from localstack_dockerless.services.apigatewayv2.execute_api.authorizer_cache import AuthorizerCache
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import AnsweredError, Exchange, GatewayError
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.answer_preflight import answer_preflight
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.authorize import Authorize
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.authorize_jwt import AuthorizeJwt
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.check_request import check_request
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.count_request import CountRequest
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.find_stage import find_stage
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.integrate import Integrate
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.limit_payload import limit_payload
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.log_access import LogAccess
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.map_parameters import map_parameters
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.map_response import map_response
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.match_route import match_route
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.respond import respond
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.share_response import share_response
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.throttle import Throttle
from localstack_dockerless.services.apigatewayv2.execute_api.ports import Ports
from localstack_dockerless.services.apigatewayv2.execute_api.token_bucket import TokenBuckets

LOG = logging.getLogger(__name__)

Step = Callable[[Exchange], None]


class HttpApiGateway:
    """Takes exchanges through the steps. A step that raises `GatewayError` ends the request with its answer."""

    def __init__(self, ports: Ports, cache: AuthorizerCache) -> None:
        self.request_steps: list[Step] = [
            find_stage,
            limit_payload,
            check_request,
            answer_preflight,
            match_route,
            Authorize(ports.invoke, cache),
            AuthorizeJwt(ports.verify),
            Throttle(TokenBuckets()),
            map_parameters,
            Integrate(ports.send),
            map_response,
            share_response,
        ]
        self.response_steps: list[Step] = [
            respond,
            LogAccess(ports.write),
            CountRequest(ports.count),
        ]

    def process(self, exchange: Exchange) -> None:
        """Answers the request: afterwards `exchange.response` is set."""
        try:
            for step in self.request_steps:
                step(exchange)
        except AnsweredError:
            LOG.debug("%s %s is answered by the gateway", exchange.request.method, exchange.full_path)
        except GatewayError as error:
            exchange.error = error
            if error.status >= 500:
                LOG.warning("%s %s: %s %s", exchange.request.method, exchange.full_path, error.status, error)
        except Exception as error:
            LOG.exception("%s %s failed in the gateway", exchange.request.method, exchange.request.path)
            exchange.error = GatewayError(500, "Internal Server Error", "DEFAULT_5XX", str(error))
        self._answer(exchange)

    def refuse(self, exchange: Exchange, error: GatewayError) -> None:
        """Answers a request that the HTTP server refused. The only step is the search for its stage."""
        try:
            find_stage(exchange)
        except GatewayError:
            LOG.debug("%s is of no stage", exchange.request.path)
        exchange.error = error
        self._answer(exchange)

    def _answer(self, exchange: Exchange) -> None:
        for step in self.response_steps:
            step(exchange)
