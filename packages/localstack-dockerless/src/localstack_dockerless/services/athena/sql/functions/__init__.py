"""Says what each function of Trino is in DuckDB. A function without an entry is refused by its name.

numbers.py      mathematical functions
texts.py        text and regular expressions
times.py        dates and times
patterns.py     formats of dates and times
collections.py  arrays, maps, rows and lambdas
documents.py    JSON
conditions.py   conditional functions
aggregates.py   aggregates and window functions
signatures.py   makes the entries of functions that need no code of their own
"""

from localstack_dockerless.services.athena.sql.functions import (
    aggregates,
    collections,
    conditions,
    documents,
    numbers,
    texts,
    times,
)
from localstack_dockerless.services.athena.sql.values import AggregateFunction, Function

SCALARS: dict[str, Function] = {
    **numbers.FUNCTIONS,
    **texts.FUNCTIONS,
    **times.FUNCTIONS,
    **collections.FUNCTIONS,
    **documents.FUNCTIONS,
    **conditions.FUNCTIONS,
}
LAMBDAS = {**collections.LAMBDAS, **conditions.LAMBDAS}
AGGREGATES: dict[str, AggregateFunction] = aggregates.AGGREGATES
WINDOWS: dict[str, AggregateFunction] = aggregates.WINDOWS
