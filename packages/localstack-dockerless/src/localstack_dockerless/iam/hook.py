"""Has the handlers of LocalStack's request chain that evaluate a call."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.handlers import (
    handle_service_exception,
    modify_service_response,
    serve_custom_service_request_handlers,
)
from localstack.services.edge import ROUTER

from localstack_dockerless.iam import mode, service_checks
from localstack_dockerless.iam.authorization import DeniedError, authorize, deny
from localstack_dockerless.iam.callers import Caller, UnknownKeyError, caller_of, service_name
from localstack_dockerless.iam.encryption import key_needs
from localstack_dockerless.iam.endpoints import IamEndpoints
from localstack_dockerless.iam.errors import access_denied, invalid_key
from localstack_dockerless.iam.needs import NO_LISTING, Need, Scope, UnknownActionError
from localstack_dockerless.iam.principals import OPERATOR, session_of
from localstack_dockerless.iam.registry import Registry, action_of
from localstack_dockerless.iam.sessions import SESSIONS


def register(registry: Registry) -> None:
    """Adds the handlers at LocalStack's start. Raises `ValueError` for an unknown `IAM_ENFORCEMENT`."""
    if mode.mode() == mode.OFF:
        return
    serve_custom_service_request_handlers.handlers.insert(0, partial(check, registry))
    modify_service_response.append("sts", remember_session)
    modify_service_response.append("s3", hide_missing_object)
    ROUTER.add(IamEndpoints())


def check(registry: Registry, _chain: Any, context: RequestContext, _response: Any) -> None:
    """Raises the service's own error if the call is denied. LocalStack answers it."""
    if context.service is None or context.operation is None:
        return
    try:
        service_checks.check(context)
        caller = caller_of(context)
        if caller is not None:
            _check_caller(registry, context, caller)
    except DeniedError as error:
        raise access_denied(context, error) from error
    except UnknownKeyError as error:
        if mode.mode() == mode.ON:
            raise invalid_key(context) from error


def _check_caller(registry: Registry, context: RequestContext, caller: Caller) -> None:
    service, operation = context.service.service_name, context.operation.name
    parameters = context.service_request or {}
    scope = Scope(context.account_id, context.region)
    try:
        needed = registry.needs(service, operation, parameters, scope)
        actions = registry.key_actions(service, operation)
        of_key = list(key_needs(service, actions, parameters, scope, caller.principal))
    except UnknownActionError as error:
        deny(caller.principal, action_of(service, operation), "*", f"the action {error}")
        return
    for need in (*needed, *of_key):
        authorize(caller.principal, need, context.region, caller.source, secure=is_secure(context))


def is_secure(context: RequestContext) -> bool:
    """Tells whether the call counts as one over TLS.

    This port has plain HTTP and stands for the HTTPS of AWS's endpoints. A call with `X-Forwarded-Proto: http` counts
    as unencrypted: a test of a policy that requires TLS sends the header.
    """
    return context.request.headers.get("X-Forwarded-Proto", "https") != "http"


def remember_session(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Stores the owner of the new key and the caller after an AssumeRole."""
    if context.operation.name != "AssumeRole" or not context.service_response or context.service_exception:
        return
    name = service_name(context)
    caller = None if name else caller_of(context)
    origin = name or (caller.principal.identity if caller else OPERATOR)
    request, credentials = context.service_request, context.service_response["Credentials"]
    function = (context.internal_request_params or {}).get("source_arn") if name == "lambda.amazonaws.com" else None
    principal = session_of(request["RoleArn"], request["RoleSessionName"], origin, function)
    SESSIONS.add(credentials["AccessKeyId"], principal, _time(credentials["Expiration"]))


def _time(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def hide_missing_object(_chain: Any, context: RequestContext, response: Any) -> None:
    """Answers 403 instead of 404 for a missing object to a caller who may not list the bucket.

    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    """
    missing = getattr(context.service_exception, "code", "") in ("NoSuchKey", "404")
    if not missing or context.operation.name not in ("GetObject", "HeadObject"):
        return
    caller = caller_of(context)
    if caller is None:
        return
    need = Need("s3:ListBucket", f"arn:aws:s3:::{context.service_request['Bucket']}", NO_LISTING)
    try:
        authorize(caller.principal, need, context.region, caller.source, secure=is_secure(context))
    except DeniedError as error:
        denied = handle_service_exception.create_exception_response(access_denied(context, error), context)
        response.update_from(denied)
