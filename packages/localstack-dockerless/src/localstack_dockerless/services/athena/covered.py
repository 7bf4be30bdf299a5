"""Writes `docs/athena-functions.md`: the functions of Trino that Athena has here.

Run it in an environment with LocalStack: `python -m localstack_dockerless.services.athena.covered`. An integration test
compares the file with the code.
"""

import sys
from collections.abc import Iterator

from localstack_dockerless.services.athena.sql import functions
from localstack_dockerless.services.athena.sql.functions import (
    aggregates,
    collections,
    conditions,
    documents,
    numbers,
    texts,
    times,
)

HEAD = """\
# Athena: the functions

`python -m localstack_dockerless.services.athena.covered` writes this file. Do not edit it by hand. A function that is
not here is refused by its name. [athena.md](athena.md) lists statements, clauses and data.
"""
FOLDERS = {
    "Conditions": [*conditions.FUNCTIONS, *conditions.LAMBDAS, "if", "cast", "try_cast"],
    "Numbers": [*numbers.FUNCTIONS],
    "Text": [*texts.FUNCTIONS, "position"],
    "Dates and times": [*times.FUNCTIONS, "current_date", "localtimestamp"],
    "Arrays, maps and rows": [*collections.FUNCTIONS, *collections.LAMBDAS],
    "JSON": [*documents.FUNCTIONS],
    "Aggregates": [*aggregates.AGGREGATES, "grouping"],
    "Window functions": [*aggregates.WINDOWS],
}


def lines() -> Iterator[str]:
    """Yields the lines of the file."""
    yield from HEAD.splitlines()
    yield ""
    yield "| kind | functions |"
    yield "|---|---|"
    for kind, names in FOLDERS.items():
        yield f"| {kind} | {', '.join(f'`{name}`' for name in sorted(names))} |"


assert set(functions.SCALARS) <= {name for names in FOLDERS.values() for name in names}  # noqa: S101 -- none is left out

if __name__ == "__main__":
    sys.stdout.write("\n".join(lines()) + "\n")
