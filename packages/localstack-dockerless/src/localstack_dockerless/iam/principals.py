"""Describes who calls: a session of a role, or a service in its own name.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Principal:
    """Describes a caller. `arn` is its name in AWS's errors: a session's ARN or a service's name.

    `region` is the region that a service calls from. `origin` is the maker of a role's session: a service's name, a
    role's ARN, or "operator". `function_arn` is the function whose environment got the session.
    """

    arn: str
    account: str
    role_arn: str | None = None
    origin: str = ""
    region: str = ""
    function_arn: str | None = None

    @property
    def is_service(self) -> bool:
        return self.role_arn is None

    @property
    def identity(self) -> str:
        """Returns one text for all sessions of a role."""
        return self.role_arn or self.arn


OPERATOR = "operator"


def session_of(role_arn: str, session_name: str, origin: str, function_arn: str | None = None) -> Principal:
    account, name = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    arn = f"arn:aws:sts::{account}:assumed-role/{name}/{session_name}"
    return Principal(arn, account, role_arn, origin, function_arn=function_arn)


def service(name: str, account: str, region: str = "") -> Principal:
    """Returns the principal of a service such as `lambda.amazonaws.com` that acts for `account`."""
    return Principal(name, account, region=region)


def _service_names(principal: Principal) -> set[str]:
    """Returns the global name, and the name of the service in its region: `states.eu-central-1.amazonaws.com`.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-services
    """
    short, _, suffix = principal.arn.partition(".")
    return {principal.arn, f"{short}.{principal.region}.{suffix}"} if principal.region else {principal.arn}


class Reach(Enum):
    """Tells how a statement names a principal."""

    NONE = 0
    ACCOUNT = 1  # the account, which decides for itself
    DIRECT = 2  # the role, the service or everybody
    SESSION = 3  # this session


def reach(
    principal: Principal,
    principals: Mapping[str, tuple[str, ...]] | None,
    not_principals: Mapping[str, tuple[str, ...]] | None,
) -> Reach:
    """Of the elements Principal and NotPrincipal, one is None."""
    if principals is not None:
        return _named(principal, principals)
    return Reach.DIRECT if _named(principal, not_principals or {}) is Reach.NONE else Reach.NONE


def _named(principal: Principal, element: Mapping[str, tuple[str, ...]]) -> Reach:
    named = element.get("AWS", ())
    if "*" in named:
        return Reach.DIRECT
    if principal.is_service:
        named_services = _service_names(principal) & set(element.get("Service", ()))
        return Reach.DIRECT if named_services else Reach.NONE
    if principal.arn in named:
        return Reach.SESSION
    if principal.role_arn in named:
        return Reach.DIRECT
    accounts = (principal.account, f"arn:aws:iam::{principal.account}:root")
    return Reach.ACCOUNT if any(account in named for account in accounts) else Reach.NONE
