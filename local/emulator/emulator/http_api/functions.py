"""Invokes authorizer functions through LocalStack's Lambda, where API Gateway has the permission to.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html ("You must
grant API Gateway permission to invoke the Lambda function by using either the function's resource policy or an IAM
role ... If API Gateway doesn't have permission to invoke your function, clients receive a 500")
"""

import json
import threading
from typing import Any
from urllib.parse import unquote

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation.models import lambda_stores
from moto.iam.models import iam_backends

from emulator.http_api.configuration import Api, Authorizer
from emulator.http_api.handlers.authorize import InvocationError
from emulator.http_api.policy import UnsupportedPolicyError, allows

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
        permitted = _permitted(api, authorizer)
    except UnsupportedPolicyError as error:
        raise InvocationError(f"The permission to invoke {function} cannot be decided: {error}") from error
    if not permitted:
        raise InvocationError(f"API Gateway does not have permission to invoke {function}")
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


def _permitted(api: Api, authorizer: Authorizer) -> bool:
    if authorizer.credentials_arn:
        return _role_permits(authorizer.credentials_arn, authorizer.function_arn)
    source = f"arn:aws:execute-api:{api.region}:{api.account}:{api.id}/authorizers/{authorizer.id}"
    keys = {"aws:SourceArn": source, "aws:SourceAccount": api.account}
    policies = _resource_policies(authorizer.function_arn)
    plain = ":".join(authorizer.function_arn.split(":")[:7])
    return any(
        allows(policies, "lambda:InvokeFunction", arn, service=_SERVICE, keys=keys)
        for arn in {authorizer.function_arn, plain}
    )


def _resource_policies(function_arn: str) -> list[dict[str, Any]]:
    """The resource policies of the function, or of the version or alias that the ARN names."""
    _, _, _, region, account, _, name, *qualifier = function_arn.split(":")
    function = lambda_stores[account][region].functions.get(name)
    policy = function.permissions.get(qualifier[0] if qualifier else "$LATEST") if function else None
    return [] if policy is None else [{"Statement": list(policy.policy.Statement)}]


def _role_permits(role_arn: str, function_arn: str) -> bool:
    backend = iam_backends[role_arn.split(":")[4]]["aws"]
    role = next((role for role in backend.roles.values() if role.arn == role_arn), None)
    if role is None or not allows(
        [_parsed(role.assume_role_policy_document)], "sts:AssumeRole", role_arn, service=_SERVICE
    ):
        return False
    documents = [_parsed(document) for document in role.policies.values()]
    documents += [_parsed(policy.document) for policy in role.managed_policies.values()]
    return allows(documents, "lambda:InvokeFunction", function_arn)


def _parsed(document: Any) -> dict[str, Any]:
    parsed = document if isinstance(document, dict) else json.loads(unquote(document))
    return dict(parsed)
