"""Invokes a function for another part of the emulator, in this process."""

from typing import Any

from localstack.services.lambda_.api_utils import function_locators_from_arn
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from localstack.services.plugins import SERVICE_PLUGINS


def invoke(function_arn: str, payload: bytes, request_id: str) -> InvocationResult:
    """Returns the answer of the function, version or alias `function_arn`."""
    name, qualifier, account, region = function_locators_from_arn(function_arn)
    provider: Any = SERVICE_PLUGINS.get_service("lambda")._provider  # noqa: SLF001 -- LocalStack has no public access to it
    return provider.lambda_service.invoke(
        function_name=name,
        qualifier=qualifier,
        region=region,
        account_id=account,
        invocation_type="RequestResponse",
        client_context=None,
        request_id=request_id,
        payload=payload,
        trace_context={},
    )
