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

from localstack_dockerless.iam import mode, sessions
from localstack_dockerless.iam.authorization import DeniedError, authorize
from localstack_dockerless.iam.encryption import key_needs
from localstack_dockerless.iam.keys import DECRYPT
from localstack_dockerless.iam.needs import Need, Scope
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

    def check_read(self, bucket: str, key: str) -> None:
        """Raises `DeniedError` if the caller may not read an object, as a GetObject would be denied.

        A query asks for every object that the cache has. A call of S3 for each would take most of the query's time.
        """
        if mode.mode() == mode.OFF or not sessions.is_session_key(self.key):
            return
        principal = sessions.SESSIONS.find(self.key)
        if principal is None:
            raise DeniedError("The security token included in the request is invalid.", "s3:GetObject")
        named, scope = {"Bucket": bucket, "Key": key}, Scope(self.account, self.region)
        needed = Need("s3:GetObject", f"arn:aws:s3:::{bucket}/{key}")
        for need in (needed, *key_needs("s3", (DECRYPT,), named, scope, principal)):
            authorize(principal, need, self.region)


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
