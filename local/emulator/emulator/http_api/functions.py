"""Invokes authorizer functions through LocalStack's Lambda, where API Gateway has the permission to.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html ("You must
grant API Gateway permission to invoke the Lambda function by using either the function's resource policy or an IAM
role ... If API Gateway doesn't have permission to invoke your function, clients receive a 500")
"""

import json
import threading
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to

from emulator.http_api.configuration import Api, Authorizer
from emulator.http_api.handlers.authorize import InvocationError
from emulator.iam.authorization import DeniedError, authorize
from emulator.iam.needs import Need
from emulator.iam.principals import service, session_of

AUTHORIZER_TIMEOUT = 10
"""Seconds; https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html"""

_SERVICE = "apigateway.amazonaws.com"
_CONFIG = Config(read_timeout=AUTHORIZER_TIMEOUT, retries={"total_max_attempts": 1}, max_pool_connections=64)

_clients: dict[tuple[str, str], Any] = {}
_lock = threading.Lock()


def invoke_authorizer(api: Api, authorizer: Authorizer, event: dict[str, Any]) -> Any:
    """The result of the authorizer's function for `event`.

    Raises
    ------
    InvocationError
        No permission, no such function, an error in it, no answer in time, or an answer that is not JSON.
    """
    function = authorizer.function_arn
    if not function:
        raise InvocationError(f"The authorizer {authorizer.id} has no function")
    try:
        _require_permission(api, authorizer)
    except DeniedError as error:
        raise InvocationError(f"API Gateway does not have permission to invoke {function}: {error}") from error
    try:
        answer = _client(function).invoke(FunctionName=function, Payload=json.dumps(event).encode())
        payload = answer["Payload"].read()
    except (BotoCoreError, ClientError) as error:
        raise InvocationError(f"{function} could not be invoked: {error}") from error
    if answer.get("FunctionError"):
        raise InvocationError(f"{function} failed: {payload.decode(errors='replace')}")
    try:
        return json.loads(payload or b"null")
    except ValueError as error:
        raise InvocationError(f"{function} answered no JSON") from error


def _client(function_arn: str) -> Any:
    _, _, _, region, account, _ = function_arn.split(":", 5)
    with _lock:
        if (account, region) not in _clients:
            _clients[account, region] = connect_to(
                region_name=region, aws_access_key_id=account, config=_CONFIG
            ).lambda_
        return _clients[account, region]


def _require_permission(api: Api, authorizer: Authorizer) -> None:
    """By the authorizer's role where it has one, else by the function's own policy. Raises `DeniedError`."""
    arn = f"arn:aws:execute-api:{api.region}:{api.account}:{api.id}/authorizers/{authorizer.id}"
    source = {"aws:sourcearn": arn, "aws:sourceaccount": api.account}
    gateway, role = service(_SERVICE, api.account), authorizer.credentials_arn
    invocation = Need("lambda:InvokeFunction", authorizer.function_arn)
    if not role:
        authorize(gateway, invocation, api.region, source)
        return
    authorize(gateway, Need("sts:AssumeRole", role), api.region, source)
    authorize(session_of(role, "BackplaneAssumeRoleSession", _SERVICE), invocation, api.region)
