"""Lists the permissions that STS's operations need."""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope, UnknownActionError
from localstack_dockerless.iam.registry import Permissions


def _nothing(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Needs no permission.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    return ()


def _role(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    if parameters.get("Policy") or parameters.get("PolicyArns") or parameters.get("Tags"):
        raise UnknownActionError("sts:AssumeRole with session policies or tags")
    keys = {"sts:externalid": parameters.get("ExternalId"), "sts:rolesessionname": parameters["RoleSessionName"]}
    yield Need("sts:AssumeRole", parameters["RoleArn"], keys)


PERMISSIONS = Permissions("sts", {"AssumeRole": _role, "GetCallerIdentity": _nothing})
