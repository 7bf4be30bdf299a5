"""Gives out, rotates and revokes a customer's API keys.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.customer_key 1000000001 show --outputs outputs.json
    python -m operations.customer_key 1000000001 rotate --outputs outputs.json --stack energy

A command that changes keys runs only with `--stack`, the name of the deployment that it changes. These commands reach
AWS with the credentials of the shell. They need only `dynamodb:GetItem` and
`dynamodb:UpdateItem` on the customers table. `make customer-key` does the same on a local stack.
"""

import argparse
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.customers import InvalidCustomerError
from domain.metering_points import InvalidMeteringPointError, parse_metering_point
from operations.customer_keys import CustomerKeys, KeysError
from operations.outputs import OutputsError, read
from operations.target import OUTPUTS as TARGET_OUTPUTS
from operations.target import Target, TargetError

__all__ = ["OutputsError", "main"]

ACTIONS = ("rotate", "revoke", "revoke-all", "show")
OUTPUTS = ("customers_table", "key_revocation_seconds")
"""Terraform's outputs with the table of the keys, and the time for which a revoked key may still work."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.customer_key", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    parser.add_argument("--stack", default="", help="the name of the deployment. Every change needs it")
    options = parser.parse_args(arguments)
    try:
        outputs = read_outputs(options.outputs)
        target = Target.of(outputs)
        target.require(options.stack, changes=options.action != "show")
        return perform(options.action, options.number, target.client("dynamodb"), outputs)
    except (OutputsError, TargetError) as error:
        print(error, file=sys.stderr)
        return 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the metering point and the action."""
    parser.add_argument("number", type=_metering_point, help="the customer's billing metering point")
    parser.add_argument("action", choices=ACTIONS)


def read_outputs(path: Path) -> dict[str, Any]:
    """Reads Terraform's outputs, by name. Raises `OutputsError`."""
    return read(path, (*OUTPUTS, *TARGET_OUTPUTS))


def perform(action: str, number: str, dynamodb: Any, outputs: Mapping[str, Any], *, now: datetime | None = None) -> int:
    """Performs the action and prints the result. A new key goes only to standard output. Returns the exit code."""
    keys = CustomerKeys(dynamodb, outputs["customers_table"])
    until = (now or datetime.now(UTC)) + timedelta(seconds=outputs["key_revocation_seconds"])
    perform_it: Callable[[], list[str]] = {
        "rotate": lambda: _rotate(keys, number, until),
        "revoke": lambda: _revoke(keys, number, until),
        "revoke-all": lambda: _revoke_all(keys, number, until),
        "show": lambda: _show(keys, number),
    }[action]
    try:
        lines = perform_it()
    except (KeysError, InvalidCustomerError) as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(lines))
    return 0


def _rotate(keys: CustomerKeys, number: str, until: datetime) -> list[str]:
    new = keys.rotate(number)
    lines = [f"The new key of {number}, shown this once and stored nowhere:", "", f"  {new.key}", ""]
    if new.ended:
        lines.append(f"The oldest key has ended: {_may_live(until)}")
    if new.before:
        return [*lines, "The key before the new one works too, until you revoke it."]
    return [*lines, "It is the only one."]


def _revoke(keys: CustomerKeys, number: str, until: datetime) -> list[str]:
    keys.revoke(number)
    return [f"The older key of {number} has ended: {_may_live(until)} The newer one works."]


def _revoke_all(keys: CustomerKeys, number: str, until: datetime) -> list[str]:
    count = keys.revoke_all(number)
    return [f"{count} keys of {number} have ended: {_may_live(until)} Rotate gives out a new one."]


def _show(keys: CustomerKeys, number: str) -> list[str]:
    days = keys.last_used(number)
    if not days:
        return [f"{number} has no key."]
    names = ["the key"] if len(days) == 1 else ["the older key", "the newer key"]
    used = [
        f"  {name}: {f'last used on {day} (UTC)' if day else 'never used'}"
        for name, day in zip(names, days, strict=True)
    ]
    return [f"{number} has {len(days)} of at most 2 keys:", *used]


def _may_live(until: datetime) -> str:
    return f"the gateway may still remember it until {until:%H:%M:%S} UTC."


def _metering_point(text: str) -> str:
    try:
        return parse_metering_point(text)
    except InvalidMeteringPointError as error:
        raise argparse.ArgumentTypeError(f"{text!r}: {error}") from None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
