"""The registry of permissions: what each operation of each service needs.

The names are those of the Service Authorization Reference, whose data the unit tests hold every service's table to:
https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html

A service's table is `services/<service>/permissions.py`, or `iam/services/<service>.py` for a service without a folder.
`localstack_dockerless/permissions.py` finds them. They have the services that roles call. For any other call `needs`
raises `UnknownActionError`.
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
"""IAM's name of a service where botocore has another."""


@dataclass(frozen=True)
class Permissions:
    """The table of one service.

    `service`: botocore's name, such as `stepfunctions`; `aliases`: further names for the same operations.
    `rules`: what an operation needs, by the operation's name. `key_actions`: the actions that it needs of the KMS key
    of its resource, where that has one.
    """

    service: str
    rules: Mapping[str, Rule]
    key_actions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()


class Registry:
    """The tables of all services."""

    def __init__(self, tables: Iterable[Permissions]) -> None:
        self._tables = {table.service: table for table in tables}
        self._rules = {name: table.rules for table in self._tables.values() for name in (table.service, *table.aliases)}

    def needs(self, service: str, operation: str, parameters: Parameters, scope: Scope) -> list[Need]:
        """What the call needs: actions, each with the resource that it is checked against.

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
        """The actions that the operation needs of the KMS key of its resource."""
        table = self._tables.get(service)
        return table.key_actions.get(operation, ()) if table else ()

    def operations(self) -> list[tuple[str, str]]:
        """Every service and operation that has a rule."""
        return [(service, operation) for service, rules in self._rules.items() for operation in rules]


def action_of(service: str, operation: str) -> str:
    """The name that the action most likely has in IAM: a few differ from the operation's."""
    return f"{PREFIXES.get(service, service)}:{operation}"
