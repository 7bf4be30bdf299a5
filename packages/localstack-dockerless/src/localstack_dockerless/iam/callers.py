"""Who makes a call that reaches LocalStack.

- A session of a role: by the access key that AssumeRole gave.
- A service in its own name: LocalStack marks its services' calls to one another with the service and the resource on
  whose behalf it calls (`InternalRequestParameters` in localstack/aws/connect.py).
- Anything else is the operator, whom every policy lets in: `test`, a developer's own key, no key at all; and
  LocalStack's own housekeeping.

Signatures are not verified, so this keeps roles apart and no attacker out: the stack listens on this machine alone.
"""

from dataclasses import dataclass

from localstack.aws.api import RequestContext
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from localstack_dockerless.iam import sessions
from localstack_dockerless.iam.authorization import NO_SOURCE, Source
from localstack_dockerless.iam.principals import Principal, service

UNSENT = {"lambda.amazonaws.com"}
"""Services that send neither aws:SourceArn nor aws:SourceAccount when they assume a role."""


class UnknownKeyError(Exception):
    """A key of this stack that it did not make, or made for a user."""


@dataclass(frozen=True)
class Caller:
    principal: Principal
    source: Source


def caller_of(context: RequestContext) -> Caller | None:
    """None is the operator. Raises `UnknownKeyError`."""
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
    """Such as `lambda.amazonaws.com`, where a service calls in its own name."""
    short = (context.internal_request_params or {}).get("service_principal")
    return f"{short}.amazonaws.com" if short else None


def _service(context: RequestContext) -> Caller | None:
    name = service_name(context)
    if name is None:
        return None
    arn = (context.internal_request_params or {}).get("source_arn")
    return Caller(service(name, context.account_id, context.region), source_of(name, arn, context))


def source_of(name: str, arn: str | None, context: RequestContext) -> Source:
    """Whose resource the service acts for. AssumeRole without a known one is for the account of the role.

    A service can be given roles of its resource's own account alone:
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
