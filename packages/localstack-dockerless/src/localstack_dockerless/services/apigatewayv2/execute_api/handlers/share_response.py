"""Replaces the CORS headers of the integration's response by those of the API's CORS configuration.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html: "API Gateway ignores CORS
headers returned from your backend integration", and adds the configured ones "to the response from an integration".
"""

from localstack_dockerless.services.apigatewayv2.execute_api.cors import response_headers
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange

_PREFIX = "access-control-"


def share_response(exchange: Exchange) -> None:
    """Changes the headers of the response, if the API has a CORS configuration."""
    cors, response = exchange.api.cors, exchange.response
    if cors is None or response is None:
        return
    own = [(name, value) for name, value in response.headers if not name.lower().startswith(_PREFIX)]
    response.headers = own + response_headers(cors, exchange.request)
