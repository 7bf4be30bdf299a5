"""Finds the partitions of a table that a query reads."""

from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from sqlglot import exp

from localstack_dockerless.services.athena import projection, pruning
from localstack_dockerless.services.athena.catalog import Catalog, Table
from localstack_dockerless.services.athena.failures import not_supported


@dataclass(frozen=True)
class Partition:
    """Holds the text of each partition column, and the location of the objects."""

    values: tuple[str, ...]
    location: str


def chosen(connection: Any, catalog: Catalog, table: Table, conditions: list[exp.Expression]) -> list[Partition]:
    """Returns the partitions that the conditions allow. Raises `QueryFailedError`."""
    if not table.keys:
        return [Partition((), table.location)]
    if projection.is_on(table.parameters):
        return _projected(connection, table, conditions)
    known = {
        tuple(each["Values"]): (each.get("StorageDescriptor") or {}).get("Location") or ""
        for each in catalog.partitions(table)
    }
    values = pruning.kept(connection, conditions, table.keys, list(known))
    return [Partition(each, known[each]) for each in values]


def _projected(connection: Any, table: Table, conditions: list[exp.Expression]) -> list[Partition]:
    names = [key.name for key in table.keys]
    columns = []
    for key in table.keys:  # each column by itself first, so that their product stays small
        own = [
            each for each in conditions if {column.name.lower() for column in each.find_all(exp.Column)} == {key.name}
        ]
        every = projection.values(key.name, table.parameters, pruning.given(own, key.name))
        columns.append([value for (value,) in pruning.kept(connection, own, [key], [(each,) for each in every])])
    if prod(map(len, columns)) > projection.MOST_VALUES:
        raise not_supported(f"a query of more than {projection.MOST_VALUES} partitions. Set a condition on {names[0]}")
    values = pruning.kept(connection, conditions, table.keys, list(product(*columns)))
    template = table.parameters.get("storage.location.template")
    return [Partition(each, projection.location(template, table.location, names, each)) for each in values]
