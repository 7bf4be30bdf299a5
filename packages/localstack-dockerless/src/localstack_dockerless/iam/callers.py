"""Finds who makes a call that reaches LocalStack.

- A session of a role: the access key that AssumeRole returned tells it.
- A service in its own name: LocalStack marks the calls between its services with the service and the resource
  on whose behalf the service calls (`InternalRequestParameters` in localstack/aws/connect.py).
- The operator: any other caller, such as `test`, a developer's own key or no key, and LocalStack's own
  housekeeping. Every policy allows the operator's calls.

Signatures are not verified. This module separates roles and keeps no attacker out: the stack listens on this machine
alone.
"""

from dataclasses import dataclass

from localstack.aws.api import RequestContext
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from localstack_dockerless.iam import sessions
from localstack_dockerless.iam.authorization import NO_SOURCE, Source
from localstack_dockerless.iam.principals import Principal, service

UNSENT = {"lambda.amazonaws.com"}
"""Names the services that send neither aws:SourceArn nor aws:SourceAccount when they assume a role."""


class UnknownKeyError(Exception):
    """LocalStack did not make this key, or made it for a user."""


@dataclass(frozen=True)
class Caller:
    principal: Principal
    source: Source


def caller_of(context: RequestContext) -> Caller | None:
    """Returns the caller. None is the operator. Raises `UnknownKeyError`."""
    key = _access_key(context)
    if sessions.is_session_key(key):
        principal = sessions.SESSIONS.find(key)
        if principal is None:
            raise UnknownKeyError(key)
        return Caller(principal, NO_SOURCE)
    if sessions.is_user_key(key):
        raise UnknownKeyError(key)
    return _service(context)


def service_name(context: RequestContext) -> str | None:
    """Returns the name, such as `lambda.amazonaws.com`, if a service calls in its own name."""
    short = (context.internal_request_params or {}).get("service_principal")
    return f"{short}.amazonaws.com" if short else None


def _service(context: RequestContext) -> Caller | None:
    name = service_name(context)
    if name is None:
        return None
    arn = (context.internal_request_params or {}).get("source_arn")
    return Caller(service(name, context.account_id, context.region), source_of(name, arn, context))


def source_of(name: str, arn: str | None, context: RequestContext) -> Source:
    """Returns the resource that the service acts for.

    An AssumeRole without a known resource is for the role's account, because a service accepts only roles of its
    resource's own account:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    if name in UNSENT:
        return NO_SOURCE
    if arn:
        account = arn.split(":")[4] or context.account_id
        return {"aws:sourcearn": arn, "aws:sourceaccount": account}
    role = (context.service_request or {}).get("RoleArn")
    return {"aws:sourceaccount": role.split(":")[4] if role else context.account_id}


def _access_key(context: RequestContext) -> str:
    request = context.request
    if header := request.headers.get("Authorization"):
        return extract_access_key_id_from_auth_header({"Authorization": header}) or ""
    credential = request.args.get("X-Amz-Credential") or request.args.get("AWSAccessKeyId") or ""
    return str(credential).partition("/")[0]
