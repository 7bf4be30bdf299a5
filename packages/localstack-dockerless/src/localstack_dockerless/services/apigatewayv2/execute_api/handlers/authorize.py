"""Asks the route's REQUEST authorizer whether the request may pass.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
A request without an identity source gets 401, and the function is not invoked. A denied request gets 403. It gets 500
if the function cannot be invoked or its answer is invalid. Denials are cached like permissions. Failures are not.
"""

import time

from localstack_dockerless.services.apigatewayv2.execute_api.authorizer_answer import (
    AuthorizerAnswer,
    InvalidAnswerError,
    read_answer,
)
from localstack_dockerless.services.apigatewayv2.execute_api.authorizer_cache import AuthorizerCache, identity
from localstack_dockerless.services.apigatewayv2.execute_api.authorizer_event import authorizer_event, route_arn
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Authorizer
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError
from localstack_dockerless.services.apigatewayv2.execute_api.ports import InvocationError, Invoke


class Authorize:
    """Is the step. It has the function that invokes authorizers, and the cached results."""

    def __init__(self, invoke: Invoke, cache: AuthorizerCache) -> None:
        self._invoke = invoke
        self._cache = cache

    def __call__(self, exchange: Exchange) -> None:
        """Lets the request pass, or raises 401, 403 or 500."""
        authorizer = exchange.authorizer
        if not isinstance(authorizer, Authorizer):
            return
        values = identity(exchange, authorizer.identity_sources)
        if values is None:
            raise GatewayError(401, "Unauthorized", "UNAUTHORIZED")
        try:
            answer = self._answer(exchange, authorizer, values)
            allowed = answer.allows(route_arn(exchange))
        except (InvocationError, InvalidAnswerError) as error:
            exchange.authorized.error = str(error)
            exchange.authorized.status = 500
            raise GatewayError(500, "Internal Server Error", "AUTHORIZER_FAILURE", str(error)) from error
        exchange.authorized.principal_id = answer.principal_id
        exchange.authorized.context = answer.context
        exchange.authorized.status = 200 if allowed else 403
        if not allowed:
            raise GatewayError(403, "Forbidden", "ACCESS_DENIED")

    def _answer(self, exchange: Exchange, authorizer: Authorizer, values: tuple[str, ...]) -> AuthorizerAnswer:
        key = (exchange.api.id, exchange.matched_stage.name, authorizer, values)
        kept: AuthorizerAnswer | None = self._cache.get(key) if authorizer.ttl else None
        if kept is not None:
            exchange.authorized.latency = 0
            return kept
        event = authorizer_event(exchange, authorizer.payload_version, values)
        started = time.monotonic()
        try:
            payload = self._invoke(exchange.api, authorizer, event)
        finally:
            exchange.authorized.latency = round((time.monotonic() - started) * 1000)
        answer = read_answer(payload, simple=authorizer.simple_responses)
        self._cache.put(key, answer, authorizer.ttl)
        return answer
