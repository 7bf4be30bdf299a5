"""Refuses a request that the process executor cannot honour, before LocalStack stores it."""

from typing import Any

from localstack import config
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers import preprocess_request, run_custom_finalizers, serve_custom_service_request_handlers

from localstack_dockerless.services.lambda_ import api_rules, function_urls
from localstack_dockerless.services.lambda_.client_context import decode_client_context
from localstack_dockerless.services.lambda_.installation import missing
from localstack_dockerless.services.lambda_.support import refusal, too_large

CHECKED = frozenset(
    {
        "CreateFunction",
        "UpdateFunctionCode",
        "UpdateFunctionConfiguration",
        "PutFunctionCodeSigningConfig",
    }
)


def register() -> None:
    """Adds the check to the request chain, if the process executor is in use."""
    if config.LAMBDA_RUNTIME_EXECUTOR == "process":
        serve_custom_service_request_handlers.append(check_request)
        serve_custom_service_request_handlers.append(check_client_context)
        preprocess_request.append(function_urls.serve)
        run_custom_finalizers.append(api_rules.release)


def check_request(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Is a handler of LocalStack's request chain. Raises `CommonServiceException`, which becomes the answer."""
    if context.service is None or context.service.service_name != "lambda" or context.operation is None:
        return
    operation = context.operation.name
    if operation in ("CreateFunctionUrlConfig", "UpdateFunctionUrlConfig"):
        reason = function_urls.refusal(context.service_request or {})
        if reason:
            raise CommonServiceException("InvalidParameterValueException", reason, 400, sender_fault=True)
    if operation in CHECKED:
        reason = refusal(context.service_request or {}, missing)
        if reason:
            raise CommonServiceException("InvalidParameterValueException", reason, 400, sender_fault=True)
    if operation == "Invoke":
        reason = too_large(context.request.content_length or 0, context.request.headers.get("X-Amz-Invocation-Type"))
        if reason:
            raise CommonServiceException("RequestTooLargeException", reason, 413, sender_fault=True)
    api_rules.check(context)


def check_client_context(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Refuses an invalid client context before the function runs. It is a handler of LocalStack's request chain.

    The text is the service's own: https://github.com/boto/boto3/issues/2153
    """
    if context.operation is None or context.operation.name != "Invoke" or context.service is None:
        return
    try:
        decode_client_context(context.request.headers.get("X-Amz-Client-Context"))
    except ValueError as error:
        message = "Client context must be a valid Base64-encoded JSON object."
        raise CommonServiceException("InvalidRequestContentException", message, 400, sender_fault=True) from error
