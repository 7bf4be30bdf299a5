"""Invokes functions through LocalStack's Lambda, if API Gateway has the permission.

Sources:
https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html ("You must grant API
Gateway permission to invoke the Lambda function by using either the function's resource policy or an IAM role")
https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html#apigateway-permissions

The Lambda service is called in this process, as its own API does it. Over LocalStack's HTTP server each invocation
would take twice as long, and a developer waits for it at the first request of each key.
"""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from localstack_dockerless.iam.authorization import DeniedError, authorize
from localstack_dockerless.iam.needs import Need
from localstack_dockerless.iam.principals import service, session_of
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Api
from localstack_dockerless.services.apigatewayv2.execute_api.ports import InvocationError, InvocationTimeoutError
from localstack_dockerless.services.lambda_.invocations import invoke

_SERVICE = "apigateway.amazonaws.com"
_threads = ThreadPoolExecutor(64, thread_name_prefix="http-api-function")


@dataclass(frozen=True)
class Invocation:
    """Describes the invocation of a function by an API.

    Parameters
    ----------
    function:
        The ARN of the function, its version or its alias.
    credentials:
        The ARN of the role that may invoke the function. None: the function's own policy decides.
    source:
        The part of the API that invokes, as it follows the API's ARN: `authorizers/<id>` or `<stage>/GET/pets`.
    timeout:
        In seconds.
    """

    function: str
    credentials: str | None
    source: str
    timeout: float


def invoke_function(api: Api, invocation: Invocation, event: dict[str, Any]) -> bytes:
    """Returns the JSON that the function answers to `event`.

    Raises
    ------
    InvocationError, InvocationTimeoutError
    """
    function = invocation.function
    try:
        _require_permission(api, invocation)
    except DeniedError as error:
        raise InvocationError(f"API Gateway does not have permission to invoke {function}: {error}") from error
    invoking = _threads.submit(invoke, function, json.dumps(event).encode(), str(uuid.uuid4()))
    try:
        answer = invoking.result(invocation.timeout)
    except TimeoutError:
        raise InvocationTimeoutError(f"{function} did not answer within {invocation.timeout:g} seconds") from None
    except Exception as error:  # LocalStack's own errors as well as the service's
        raise InvocationError(f"{function} could not be invoked: {error}") from error
    if answer.is_error:
        raise InvocationError(f"{function} failed: {answer.payload.decode(errors='replace')}")
    return answer.payload or b"null"


def _require_permission(api: Api, invocation: Invocation) -> None:
    """Checks the role, or the function's own policy if there is no role. Raises `DeniedError`."""
    arn = f"arn:aws:execute-api:{api.region}:{api.account}:{api.id}/{invocation.source}"
    keys = {"aws:sourcearn": arn, "aws:sourceaccount": api.account}
    gateway, need = service(_SERVICE, api.account), Need("lambda:InvokeFunction", invocation.function)
    role = invocation.credentials
    if not role:
        authorize(gateway, need, api.region, keys)
        return
    authorize(gateway, Need("sts:AssumeRole", role), api.region, keys)
    authorize(session_of(role, "BackplaneAssumeRoleSession", _SERVICE), need, api.region)
