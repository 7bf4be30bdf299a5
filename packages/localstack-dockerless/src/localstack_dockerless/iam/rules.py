"""Makes the rules that many operations share. A rule names the resource that an action is checked against."""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

from collections.abc import Iterable, Mapping

from localstack_dockerless.iam.needs import Need, Parameters, Rule, Scope


def named(service: str, parameter: str, prefix: str = "") -> Rule:
    """Makes a rule whose resource `parameter` names, by its ARN or by a name that follows `prefix`.

    `service` is IAM's name of the service, such as `states`.
    """

    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        name = str(parameters[parameter])
        arn = name if name.startswith("arn:") else scope.arn(service, f"{prefix}{name}")
        yield Need(f"{service}:{operation}", arn)

    return rule


def everything(service: str, keys: Mapping[str, str] | None = None) -> Rule:
    """Makes a rule of an action without a resource: only `*` covers it. `keys` maps condition keys to parameters."""

    def rule(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
        given = {key: parameters.get(parameter) for key, parameter in (keys or {}).items()}
        yield Need(f"{service}:{operation}", "*", given)

    return rule
