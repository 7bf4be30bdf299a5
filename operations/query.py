"""Queries the published days in SQL, through Athena.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.query --outputs outputs.json --sql "SELECT count(*) FROM days WHERE date = DATE '2026-11-01'"
    python -m operations.query --outputs outputs.json --list
    python -m operations.query --outputs outputs.json --name peaks --today 2026-11-01 --format csv

The result goes to the standard output, and what the query has cost to the standard error. `--name` runs a saved query,
and `--today` takes a day for today in it. These commands reach AWS with the credentials of the shell, which need the
rights of Terraform's policy `viewer`. `make query` does the same on a local stack.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3

from domain.pipeline_dates import InvalidDate, parse_date
from operations.console.data.athena import Athena
from operations.outputs import OutputsError, read
from operations.query_formats import FORMATS, summary
from operations.query_run import QueryError, run, saved_queries, saved_query, seen_on

OUTPUTS = ("athena_workgroup", "glue_database")


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m operations.query", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    add_options(parser)
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, OUTPUTS)
        athena = athena_of(boto3.client("athena"), boto3.client("glue"), outputs)
        query(athena, options, print, lambda line: print(line, file=sys.stderr))
    except (OutputsError, QueryError, InvalidDate) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 130
    return 0


def athena_of(athena: Any, glue: Any, outputs: Mapping[str, Any]) -> Athena:
    """Returns the workgroup of Terraform's outputs."""
    return Athena(athena, glue, outputs["athena_workgroup"], outputs["glue_database"])


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds the choice of a query, and of its format, to a parser."""
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--sql", help="a statement in Athena's SQL")
    asked.add_argument("--name", help="the name of a saved query")
    asked.add_argument("--list", action="store_true", help="list the saved queries")
    parser.add_argument("--today", default="", metavar="YYYY-MM-DD", help="the day that a saved query takes for today")
    parser.add_argument("--format", choices=tuple(FORMATS), default="table")


def query(
    athena: Athena, options: argparse.Namespace, tell: Callable[[str], None], note: Callable[[str], None]
) -> None:
    """Tells the result of the asked query, and notes its costs. Raises `QueryError` and `InvalidDate`."""
    if options.today and not options.name:
        raise QueryError("a day for today is for a saved query: give its name too, or write the day into the statement")
    if options.list:
        for saved in saved_queries(athena):
            tell(f"{saved.name}\n  {saved.description}")
        return
    sql = options.sql
    if options.name:
        sql = saved_query(athena, options.name).sql
    if options.today:
        sql = seen_on(sql, parse_date(options.today))
    result = run(athena, sql)
    counted = _Counted(result.rows)
    for line in FORMATS[options.format](replace(result, rows=counted)):
        tell(line)
    note(summary(result, counted.count))


class _Counted:
    """Counts rows while they are read."""

    def __init__(self, rows: Any) -> None:
        self._rows = iter(rows)
        self.count = 0

    def __iter__(self) -> "_Counted":
        return self

    def __next__(self) -> Any:
        row = next(self._rows)
        self.count += 1
        return row


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
