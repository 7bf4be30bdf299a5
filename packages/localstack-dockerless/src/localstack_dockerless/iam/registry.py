"""Holds the registry of permissions: it lists what each operation of each service needs.

The names are the Service Authorization Reference's. The unit tests compare every service's table with its data:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html

A service's table is `services/<service>/permissions.py`, or `iam/services/<service>.py` for a service without a folder.
`localstack_dockerless/permissions.py` finds the tables. The tables cover the services that roles call. For any other
call `needs` raises `UnknownActionError`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from localstack_dockerless.iam.needs import Need, Parameters, Rule, Scope, UnknownActionError

PREFIXES = {
    "apigatewayv2": "apigateway",
    "efs": "elasticfilesystem",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "opensearch": "es",
    "sesv2": "ses",
    "sqs-query": "sqs",
    "stepfunctions": "states",
}
"""Maps botocore's name of a service to IAM's name, if they differ."""


@dataclass(frozen=True)
class Permissions:
    """Holds the table of one service.

    `service`: botocore's name, such as `stepfunctions`. `aliases`: further names for the same operations.
    `rules`: the rule of each operation, by the operation's name. `key_actions`: the actions that an operation needs on
    the KMS key of its resource, if the resource has a key.
    """

    service: str
    rules: Mapping[str, Rule]
    key_actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


class Registry:
    """Holds the tables of all services."""

    def __init__(self, tables: Iterable[Permissions]) -> None:
        self._tables = {table.service: table for table in tables}
        self._rules = {name: table.rules for table in self._tables.values() for name in (table.service, *table.aliases)}

    def needs(self, service: str, operation: str, parameters: Parameters, scope: Scope) -> list[Need]:
        """Returns the needs of the call: actions, each with the resource that it is checked against.

        `service` and `operation` are botocore's names, such as `stepfunctions` and `StartExecution`. Raises
        `UnknownActionError`.
        """
        rule = self._rules.get(service, {}).get(operation)
        if rule is None:
            raise UnknownActionError(action_of(service, operation))
        try:
            return list(rule(operation, parameters, scope))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise UnknownActionError(f"{action_of(service, operation)} without what names its resource") from error

    def key_actions(self, service: str, operation: str) -> tuple[str, ...]:
        """Returns the actions that the operation needs on the KMS key of its resource."""
        table = self._tables.get(service)
        return table.key_actions.get(operation, ()) if table else ()

    def operations(self) -> list[tuple[str, str]]:
        """Returns every service and operation that has a rule."""
        return [(service, operation) for service, rules in self._rules.items() for operation in rules]


def action_of(service: str, operation: str) -> str:
    """Returns the most likely name of the action in IAM. A few actions have another name than the operation."""
    return f"{PREFIXES.get(service, service)}:{operation}"
