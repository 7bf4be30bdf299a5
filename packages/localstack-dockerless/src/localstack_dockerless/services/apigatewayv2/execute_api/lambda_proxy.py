"""Sends requests to Lambda integrations.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
The function's policy names the API, the stage, and the method and path of the route key:
`arn:aws:execute-api:<region>:<account>:<api>/<stage>/GET/pets/{id}`, or `<api>/<stage>/$default`.
"""

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, Outgoing, Response
from localstack_dockerless.services.apigatewayv2.execute_api.invoke_function import Invocation, invoke_function
from localstack_dockerless.services.apigatewayv2.execute_api.lambda_event import lambda_event
from localstack_dockerless.services.apigatewayv2.execute_api.lambda_response import InvalidResponseError, read_response
from localstack_dockerless.services.apigatewayv2.execute_api.ports import (
    IntegrationFailedError,
    IntegrationTimeoutError,
    InvocationError,
    InvocationTimeoutError,
)
from localstack_dockerless.services.apigatewayv2.execute_api.selection import resolve


def send(exchange: Exchange, outgoing: Outgoing, timeout: float) -> Response:
    """Returns the function's response (see `ports.Send`)."""
    integration = exchange.integration
    function = resolve(exchange, integration.uri) or ""
    invocation = Invocation(function, integration.credentials_arn, route_source(exchange), timeout)
    event = lambda_event(exchange, outgoing, integration.payload_version)
    try:
        answer = invoke_function(exchange.api, invocation, event)
        return read_response(answer, integration.payload_version)
    except InvocationTimeoutError as error:
        raise IntegrationTimeoutError(str(error)) from error
    except (InvocationError, InvalidResponseError) as error:
        raise IntegrationFailedError(str(error)) from error


def route_source(exchange: Exchange) -> str:
    """Returns the route as the policy of a function names it, after the API's ARN."""
    route, stage = exchange.matched_route, exchange.matched_stage.name
    if " " not in route.key:
        return f"{stage}/{route.key}"
    return f"{stage}/{exchange.request.method}{route.resource}"
