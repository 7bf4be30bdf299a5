"""Finds the column that a name means. `sqlglot`'s `qualify` has put the source's name before most columns."""

from dataclasses import dataclass, field

from sqlglot import exp

from localstack_dockerless.services.athena.failures import QueryFailedError
from localstack_dockerless.services.athena.sql.positions import where
from localstack_dockerless.services.athena.sql.types import Type, quoted
from localstack_dockerless.services.athena.sql.values import Value


@dataclass(frozen=True)
class Column:
    name: str
    type: Type


@dataclass
class Names:
    """Holds the sources of a SELECT by their name, and the names around it.

    `outputs` are the columns of the SELECT itself, which its ORDER BY may name before those of its sources:
    https://trino.io/docs/current/sql/select.html#order-by-clause. `parameters` are those of a lambda.
    """

    sources: dict[str, dict[str, Type]] = field(default_factory=dict)
    outer: "Names | None" = None
    outputs: dict[str, Value] = field(default_factory=dict)
    parameters: dict[str, Type] = field(default_factory=dict)
    windows: dict[str, exp.Expression] = field(default_factory=dict)

    def column(self, node: exp.Column) -> Value:
        """Returns the column. Raises `QueryFailedError`."""
        source, name = node.table.lower(), node.name.lower()
        if not source and name in self.parameters:
            return Value(quoted(name), self.parameters[name])
        if not source and name in self.outputs:
            return self.outputs[name]
        names: Names | None = self
        while names is not None:
            if not source:
                having = [each for each, columns in names.sources.items() if name in columns]
                if len(having) > 1:
                    raise QueryFailedError("AMBIGUOUS_NAME", f"{where(node)}Column '{name}' is ambiguous")
                source = having[0] if having else ""
            if name in names.sources.get(source, {}):
                return Value(f"{quoted(source)}.{quoted(name)}", names.sources[source][name])
            names = names.outer
        raise QueryFailedError(
            "COLUMN_NOT_FOUND", f"{where(node)}Column '{node.sql('trino', identify=False)}' cannot be resolved"
        )

    def parameter(self, node: exp.Identifier) -> Value:
        """Returns the parameter of a lambda. Raises `QueryFailedError`."""
        name = node.name.lower()
        if name not in self.parameters:
            raise QueryFailedError("COLUMN_NOT_FOUND", f"{where(node)}Column '{node.name}' cannot be resolved")
        return Value(quoted(name), self.parameters[name])

    def with_parameters(self, parameters: dict[str, Type]) -> "Names":
        return Names(self.sources, self.outer, self.outputs, {**self.parameters, **parameters}, self.windows)
