"""Applies the integration's response parameters for the status of its answer.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html
"""

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange
from localstack_dockerless.services.apigatewayv2.execute_api.parameters import map_response as apply
from localstack_dockerless.services.apigatewayv2.execute_api.selection import resolve


def map_response(exchange: Exchange) -> None:
    """Changes the response as the mappings say."""
    response = exchange.response
    assert response is not None  # noqa: S101 -- the step before this one sets it
    mappings = exchange.integration.response_parameters.get(str(response.status), {})
    apply(response, mappings, lambda text: resolve(exchange, text))
