"""Creates, imports, changes, deactivates and exports customers.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.customers --outputs outputs.json --stack energy import customers.csv
    python -m operations.customers --outputs outputs.json --stack energy import customers.csv --store all
    python -m operations.customers --outputs outputs.json --stack energy create 1000000001 type=HH name="Ana Anic" ...
    python -m operations.customers --outputs outputs.json --stack energy change 1000000001 email=ana@example.com
    python -m operations.customers --outputs outputs.json --stack energy deactivate 1000000001
    python -m operations.customers --outputs outputs.json export --to customers.csv

A command that changes something runs only with `--stack`, the name of the deployment that it changes. These commands
reach AWS with the credentials of the shell. They need `dynamodb:PutItem`, `UpdateItem`, `GetItem`, `BatchGetItem` and
`Scan` on the customers table. `make customers` does the same on a local stack. docs/customers.md describes the file.
"""

import argparse
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from domain.api_keys import generate_api_key, hash_api_key
from domain.customers import KEY
from operations.customer_files import FileExistsAlreadyError, KeyFile, export
from operations.customer_import import CustomerImport, FileError, Line, Outcome, StoppedError, differing
from operations.customer_table import CustomerTable, TableError
from operations.customer_texts import COLUMNS, FaultyTextsError, Numbers, customer_of, texts_of
from operations.outputs import OutputsError, read
from operations.target import OUTPUTS as TARGET_OUTPUTS
from operations.target import Target, TargetError

OUTPUTS = ("customers_table", "metering_point_pattern", "key_revocation_seconds")
"""Terraform's outputs with the table, the form of the numbers, and the time for which an answer is cached."""

READING = ("export", "show")
"""The actions that change nothing."""

EXPECTED = (TableError, FaultyTextsError, FileError, StoppedError, FileExistsAlreadyError, OutputsError, TargetError)
"""The errors whose message is for the user."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m operations.customers", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    parser.add_argument("--stack", default="", help="the name of the deployment. Every change needs it")
    add_actions(parser)
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, (*OUTPUTS, *TARGET_OUTPUTS))
        target = Target.of(outputs)
        target.require(options.stack, changes=options.action not in READING)
        return act(options, target.client("dynamodb"), outputs)
    except EXPECTED as error:
        print(error, file=sys.stderr)
    except (ClientError, BotoCoreError) as error:
        print(f"AWS did not do it: {error}", file=sys.stderr)
    return 1


def add_actions(parser: argparse.ArgumentParser) -> None:
    """Adds the actions to a parser."""
    actions = parser.add_subparsers(dest="action", required=True)
    for name, text in {"create": "store a new customer", "change": "change attributes of a customer"}.items():
        action = actions.add_parser(name, help=text)
        action.add_argument("number", help="the billing metering point number")
        action.add_argument("values", nargs="+", metavar="ATTRIBUTE=VALUE", help=f"some of {', '.join(COLUMNS[1:])}")
    for name, text in {"deactivate": "refuse a customer's requests", "show": "print a customer"}.items():
        actions.add_parser(name, help=text).add_argument("number", help="the billing metering point number")
    importing = actions.add_parser("import", help="read customers from a CSV file")
    importing.add_argument("file", type=Path)
    importing.add_argument(
        "--store", choices=("nothing", "all", "good"), default="nothing",
        help="nothing: only check; all: store the file if no line is bad; good: store the good lines",
    )  # fmt: skip
    importing.add_argument("--keys", type=Path, help="a new file for the API keys of the new customers")
    actions.add_parser("export", help="write every customer as CSV").add_argument(
        "--to", type=Path, help="a new file. Default: the standard output"
    )


def act(options: argparse.Namespace, dynamodb: Any, outputs: Mapping[str, Any]) -> int:
    """Does the action of the options and prints the result. Returns the exit code. Raises errors of `EXPECTED`."""
    table = CustomerTable(dynamodb, outputs["customers_table"])
    numbers = Numbers(outputs["metering_point_pattern"])
    match options.action:
        case "create":
            return _create(table, numbers, options.number, _values(options.values))
        case "change":
            return _change(table, numbers, options.number, _values(options.values))
        case "deactivate":
            until = datetime.now(UTC) + timedelta(seconds=outputs["key_revocation_seconds"])
            code = _change(table, numbers, options.number, {"active": "false"})
            print(f"The gateway may still remember a key of {options.number} until {until:%H:%M:%S} UTC.")
            return code
        case "show":
            found = texts_of(table.find(numbers.read(options.number)).customer)
            print("\n".join(f"{name}={text}" for name, text in found.items()))
            return 0
        case "export":
            return export(table, options.to)
    return _import(table, numbers, options)


def _create(table: CustomerTable, numbers: Numbers, number: str, values: Mapping[str, str]) -> int:
    customer = customer_of({**values, KEY: number}, numbers)
    key = generate_api_key()
    table.create(customer, [hash_api_key(key)])
    print(f"{number} is a customer now. The API key, shown this once and stored nowhere:\n\n  {key}\n")
    return 0


def _change(table: CustomerTable, numbers: Numbers, number: str, values: Mapping[str, str]) -> int:
    before = table.find(numbers.read(number))
    after = customer_of({**texts_of(before.customer), **values}, numbers)
    changed = differing(before.customer, after)
    table.change(before, after)
    print(f"{number}: changed {', '.join(changed)}." if changed else f"{number} has these values already.")
    return 0


def _import(table: CustomerTable, numbers: Numbers, options: argparse.Namespace) -> int:
    if options.keys and options.store == "nothing":
        raise FileError("--keys needs --store all or --store good: a check gives out no keys")
    work = CustomerImport(options.file, table, numbers, with_keys=bool(options.keys))
    tally = _Tally()
    for line in work.check():
        tally.note(line)
        if options.store != "good" and line.outcome in (Outcome.BAD, Outcome.CHANGED):
            print(_told(line))
    if options.store == "nothing":
        print(f"{tally}. Nothing is stored. {_how_to_store(tally)}")
        return int(tally.bad > 0)
    if options.store == "all" and tally.bad:
        print(f"{tally}. Nothing is stored. {_how_to_store(tally)}")
        return 1
    return _store(work, options.keys)


def _store(work: CustomerImport, keys: Path | None) -> int:
    tally = _Tally()
    with KeyFile(keys) as key_file:

        def stored(line: Line) -> None:
            key_file.add(line)
            tally.note(line)
            if line.outcome is Outcome.BAD:
                print(_told(line))

        try:
            work.store(stored)
        finally:
            print(f"{tally}. New and changed lines are stored, bad lines are not.")
    if key_file.count:
        print(f"{keys} has the API keys of the new customers ({key_file.count:,}). No other place has them.")
    elif tally.new:
        print("The new customers have no API key: the first rotation of a customer's keys gives one out.")
    return int(tally.bad > 0)


class _Tally:
    """Counts the lines by their outcome."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(Outcome, 0)

    def note(self, line: Line) -> None:
        self._counts[line.outcome] += 1

    @property
    def bad(self) -> int:
        return self._counts[Outcome.BAD]

    @property
    def new(self) -> int:
        return self._counts[Outcome.NEW]

    def __str__(self) -> str:
        total = sum(self._counts.values())
        words = ", ".join(f"{count:,} {outcome}" for outcome, count in self._counts.items())
        return f"{total:,} lines: {words}"


def _told(line: Line) -> str:
    number = f" {line.number[:40]!a}".replace("'", "") if line.number else ""
    why = f"changes {line.why}" if line.outcome is Outcome.CHANGED else line.why
    return f"line {line.line}:{number} {why}"


def _how_to_store(tally: _Tally) -> str:
    if tally.bad:
        return "Correct the bad lines, or store the good ones alone with --store good."
    return "Store them with --store all."


def _values(assignments: Sequence[str]) -> dict[str, str]:
    """Returns the values of texts such as `city=Zagreb`. Raises `FaultyTextsError`."""
    values: dict[str, str] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        if not equals or name not in COLUMNS[1:]:
            raise FaultyTextsError(
                f"{assignment[:40]!r} is not ATTRIBUTE=VALUE with one of {', '.join(COLUMNS[1:])}, as in city=Zagreb"
            )
        values[name] = value
    return values


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
