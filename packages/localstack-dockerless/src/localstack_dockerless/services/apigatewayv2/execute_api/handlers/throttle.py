"""Enforces the stage's limits.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
"""

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError
from localstack_dockerless.services.apigatewayv2.execute_api.token_bucket import TokenBuckets


class Throttle:
    """Is the step. It has the buckets of all routes."""

    def __init__(self, buckets: TokenBuckets) -> None:
        self._buckets = buckets

    def __call__(self, exchange: Exchange) -> None:
        """Raises 429 if the route's bucket is empty."""
        stage, route = exchange.matched_stage, exchange.matched_route.key
        if not self._buckets.take((exchange.api.id, stage.name, route), stage.throttling_of(route)):
            raise GatewayError(429, "Too Many Requests", "THROTTLED")
