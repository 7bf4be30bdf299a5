"""Invokes authorizer functions through LocalStack's Lambda, if API Gateway has the permission.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html ("You must
grant API Gateway permission to invoke the Lambda function by using either the function's resource policy or an IAM
role ... If API Gateway doesn't have permission to invoke your function, clients receive a 500")

The Lambda service is called in this process, as its own API does it. Over LocalStack's HTTP server each invocation
would take twice as long, and a developer waits for it at the first request of each key.
"""

import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from localstack_dockerless.iam.authorization import DeniedError, authorize
from localstack_dockerless.iam.needs import Need
from localstack_dockerless.iam.principals import service, session_of
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Api, Authorizer
from localstack_dockerless.services.apigatewayv2.execute_api.ports import InvocationError
from localstack_dockerless.services.lambda_.invocations import invoke

AUTHORIZER_TIMEOUT = 10
"""In seconds. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

_SERVICE = "apigateway.amazonaws.com"
_threads = ThreadPoolExecutor(64, thread_name_prefix="authorizer")


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
    try:
        _require_permission(api, authorizer)
    except DeniedError as error:
        raise InvocationError(f"API Gateway does not have permission to invoke {function}: {error}") from error
    invoking = _threads.submit(invoke, function, json.dumps(event).encode(), str(uuid.uuid4()))
    try:
        answer = invoking.result(AUTHORIZER_TIMEOUT)
    except TimeoutError:
        raise InvocationError(f"{function} did not answer within {AUTHORIZER_TIMEOUT} seconds") from None
    except Exception as error:  # LocalStack's own errors as well as the service's
        raise InvocationError(f"{function} could not be invoked: {error}") from error
    if answer.is_error:
        raise InvocationError(f"{function} failed: {answer.payload.decode(errors='replace')}")
    try:
        return json.loads(answer.payload or b"null")
    except ValueError as error:
        raise InvocationError(f"{function} answered no JSON") from error


def _require_permission(api: Api, authorizer: Authorizer) -> None:
    """Checks the authorizer's role, or the function's own policy if there is no role. Raises `DeniedError`."""
    arn = f"arn:aws:execute-api:{api.region}:{api.account}:{api.id}/authorizers/{authorizer.id}"
    source = {"aws:sourcearn": arn, "aws:sourceaccount": api.account}
    gateway, role = service(_SERVICE, api.account), authorizer.credentials_arn
    invocation = Need("lambda:InvokeFunction", authorizer.function_arn)
    if not role:
        authorize(gateway, invocation, api.region, source)
        return
    authorize(gateway, Need("sts:AssumeRole", role), api.region, source)
    authorize(session_of(role, "BackplaneAssumeRoleSession", _SERVICE), invocation, api.region)
