"""Lists the permissions that reading a parameter of Systems Manager needs."""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions


def _parameter(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Needs the permission on the parameter.

    https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-access.html
    """
    name = parameters["Name"]
    yield Need(
        "ssm:GetParameter", name if name.startswith("arn:") else scope.arn("ssm", f"parameter/{name.lstrip('/')}")
    )


PERMISSIONS = Permissions("ssm", {"GetParameter": _parameter})
