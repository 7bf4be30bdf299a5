"""Makes the rules that many operations share: which resource of the call an action is checked against."""

# ruff: noqa: ARG001 -- every rule takes the same three

from collections.abc import Iterable, Mapping

from localstack_dockerless.iam.needs import Need, Parameters, Rule, Scope


def named(service: str, parameter: str, prefix: str = "") -> Rule:
    """The resource is the one that `parameter` names, by its ARN or by a name that follows `prefix`.

    `service` is IAM's name of the service, such as `states`.
    """

    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        name = str(parameters[parameter])
        arn = name if name.startswith("arn:") else scope.arn(service, f"{prefix}{name}")
        yield Need(f"{service}:{operation}", arn)

    return rule


def everything(service: str, keys: Mapping[str, str] | None = None) -> Rule:
    """The action knows no resource: only `*` covers it. `keys`: condition key to parameter."""

    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        given = {key: parameters.get(parameter) for key, parameter in (keys or {}).items()}
        yield Need(f"{service}:{operation}", "*", given)

    return rule
