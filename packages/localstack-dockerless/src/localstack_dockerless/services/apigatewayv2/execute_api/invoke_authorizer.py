"""Invokes the functions of REQUEST authorizers.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html ("If API Gateway
doesn't have permission to invoke your function, clients receive a 500")
"""

import json
from typing import Any

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Api, Authorizer
from localstack_dockerless.services.apigatewayv2.execute_api.invoke_function import Invocation, invoke_function
from localstack_dockerless.services.apigatewayv2.execute_api.ports import InvocationError

AUTHORIZER_TIMEOUT = 10
"""In seconds. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""


def invoke_authorizer(api: Api, authorizer: Authorizer, event: dict[str, Any]) -> Any:
    """Returns the result of the authorizer's function for `event`.

    Raises
    ------
    InvocationError
        There is no permission or no such function, or the function fails, is late, or answers no JSON.
    """
    function = authorizer.function_arn
    if not function:
        raise InvocationError(f"The authorizer {authorizer.id} has no function")
    source = f"authorizers/{authorizer.id}"
    invocation = Invocation(function, authorizer.credentials_arn, source, AUTHORIZER_TIMEOUT)
    answer = invoke_function(api, invocation, event)
    try:
        return json.loads(answer)
    except ValueError as error:
        raise InvocationError(f"{function} answered no JSON") from error
