"""Makes clients with the permissions of a query's caller. Athena reads and writes with them, as AWS does.

https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
"""

import re
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api import RequestContext
from localstack.aws.connect import connect_to
from localstack.utils.aws.request_context import extract_access_key_id_from_auth_header

from localstack_dockerless.iam import sessions
from localstack_dockerless.services.athena.failures import QueryFailedError

_DENIED = ("AccessDenied", "AccessDeniedException", "403")


@dataclass(frozen=True)
class Caller:
    """Holds who started a query. `key` is the access key of a role's session, or the account for the operator."""

    account: str
    region: str
    key: str

    def client(self, service: str) -> Any:
        """Returns a client whose calls are the caller's. Signatures are not verified, so any secret will do."""
        factory = connect_to(
            region_name=self.region,
            aws_access_key_id=self.key,
            aws_secret_access_key="-",  # noqa: S106 -- no secret
            aws_session_token="-",  # noqa: S106 -- no secret
        )
        return factory.get_client(service)


def of(context: RequestContext) -> Caller:
    """Returns the caller of a request."""
    key = extract_access_key_id_from_auth_header(dict(context.request.headers)) or ""
    is_session = sessions.is_session_key(key)
    return Caller(context.account_id, context.region, key if is_session else context.account_id)


def failure(error: ClientError, what: str) -> QueryFailedError:
    """Returns the failure of a query whose call of a service failed. `what` names the table or location."""
    code, message = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    if code in _DENIED:
        said = re.sub(r"^\s+", "", message) or "Access Denied"
        return QueryFailedError("PERMISSION_DENIED", f"Access denied on {what}: {said}")
    return QueryFailedError("GENERIC_USER_ERROR", f"{what}: {code}: {message}")
