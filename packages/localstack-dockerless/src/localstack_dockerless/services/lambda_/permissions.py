"""Lists the permissions that invoking a Lambda function needs."""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

import re
from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope, UnknownActionError
from localstack_dockerless.iam.registry import Permissions

_FUNCTION = re.compile(
    r"(arn:aws:lambda:(?P<region>[^:]+):)?((?P<account>\d{12}):)?(function:)?(?P<name>[^:]+)(:(?P<qualifier>[^:]+))?"
)


def _function(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Needs the permission on a function by its name, partial ARN or ARN, with or without a qualifier.

    https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
    """
    given = _FUNCTION.fullmatch(parameters["FunctionName"])
    if given is None:
        raise UnknownActionError(f"lambda:InvokeFunction on {parameters['FunctionName']}")
    owner = Scope(given["account"] or scope.account, given["region"] or scope.region)
    qualifier = given["qualifier"] or parameters.get("Qualifier")
    yield Need(
        "lambda:InvokeFunction", owner.arn("lambda", ":".join(filter(None, ["function", given["name"], qualifier])))
    )


PERMISSIONS = Permissions(
    "lambda", {"Invoke": _function, "InvokeAsync": _function, "InvokeWithResponseStream": _function}
)
