"""Tries a deployment through its public API, as a customer would, and leaves no customer behind.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.smoke --outputs outputs.json --stack energy

It makes a customer whose number begins with `SMOKE-`, and a key for it. It sends a reading, reads it back and withdraws
it. It tries without a key and with a wrong one. At the end it deletes the customer, also after a failure, and sees that
the key opens nothing more. The history of readings keeps the withdrawn reading until the end of its retention.

Each line says `ok` or `FAILED`. The exit code is 1 after a failure. It reaches AWS with the credentials of the shell,
and needs `dynamodb:PutItem` and `dynamodb:DeleteItem` on the customers table. The workflow
`.github/workflows/apply.yml` runs it after each apply, and `make smoke` on a local stack.
"""

import argparse
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from botocore.exceptions import BotoCoreError, ClientError

from domain.api_keys import generate_api_key, hash_api_key
from domain.customers import KEY, key_value
from operations.customer_table import CustomerTable, TableError
from operations.customer_texts import FaultyTextsError, Numbers, customer_of
from operations.outputs import OutputsError, read
from operations.target import OUTPUTS as TARGET_OUTPUTS
from operations.target import Target, TargetError

OUTPUTS = ("api_url", "customers_table", "metering_point_pattern")
"""Terraform's outputs with the API, the table and the form of the numbers."""

PREFIX = "SMOKE-"
"""The beginning of the number. The deploying role may write only such customers (terraform/bootstrap)."""

HEALTHY_WITHIN_SECONDS = 60.0
TIMEOUT_SECONDS = 35.0
"""A little more than API Gateway itself waits, which is 30 s."""

EXPECTED = (OutputsError, TargetError, TableError, FaultyTextsError)
"""The errors whose message is for the user."""

_CUSTOMER = {
    "name": "Smoke test",
    "address": "Smoke test",
    "city": "Smoke test",
    "county": "Smoke test",
    "email": "smoke@example.com",
    "type": "HH",
}
_CONSUMPTION_KWH = 0.25


class SmokeError(Exception):
    """The deployment does not answer as it should. The message has the call and the answer."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m operations.smoke", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    parser.add_argument("--stack", default="", help="the name of the deployment. It is needed: a customer is made")
    add_number(parser)
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, (*OUTPUTS, *TARGET_OUTPUTS))
        target = Target.of(outputs)
        target.require(options.stack, changes=True)
        return run(outputs, target.client("dynamodb"), options.number)
    except EXPECTED as error:
        print(error, file=sys.stderr)
    except (ClientError, BotoCoreError) as error:
        print(f"AWS did not do it: {error}", file=sys.stderr)
    return 1


def add_number(parser: argparse.ArgumentParser) -> None:
    """Adds the number, which a deployment with a narrow form of numbers needs."""
    parser.add_argument(
        "--number", help=f"a number that no customer has. Default: {PREFIX} and 12 characters", default=""
    )


def run(
    outputs: Mapping[str, Any], dynamodb: Any, number: str = "", transport: httpx.BaseTransport | None = None
) -> int:
    """Tries the deployment and prints a line for each step. Returns the exit code. Raises errors of `EXPECTED`.

    A test gives a transport that opens no socket.
    """
    number = Numbers(outputs["metering_point_pattern"]).read(number or f"{PREFIX}{secrets.token_hex(6).upper()}")
    path = f"/v1/metering-points/{number}"
    table = CustomerTable(dynamodb, outputs["customers_table"])
    with httpx.Client(
        base_url=outputs["api_url"].rstrip("/"), timeout=TIMEOUT_SECONDS, trust_env=False, transport=transport
    ) as api:
        with _customer(table, dynamodb, number) as key:
            good = _all_good(_steps(api, f"{path}/readings", key))
        # The gateway remembers the answer for the path of the readings. It has none for this path.
        after = {"the deleted customer is refused": lambda: _expect(api, 403, "GET", f"{path}/revisions", key)}
        return int(not (_all_good(after) and good))


@contextmanager
def _customer(table: CustomerTable, dynamodb: Any, number: str) -> Iterator[str]:
    """Makes the customer. Gives its key, and deletes it at the end."""
    key = generate_api_key()
    table.create(customer_of({**_CUSTOMER, KEY: number}, Numbers(".*")), [hash_api_key(key)])
    try:
        yield key
    finally:
        dynamodb.delete_item(TableName=table.name, Key={KEY: key_value(number)})


def _steps(api: httpx.Client, path: str, key: str) -> Mapping[str, Callable[[], Any]]:
    start = _last_quarter_hour(datetime.now(UTC))
    reading = {"interval_start": start.isoformat(), "consumption_kwh": _CONSUMPTION_KWH}
    query = {"from": start.isoformat(), "to": (start + timedelta(minutes=15)).isoformat()}
    body = {"readings": [reading]}
    return {
        "the service is healthy": lambda: _healthy(api),
        "no key is refused": lambda: _expect(api, 401, "POST", path, None, json=body),
        "a wrong key is refused": lambda: _expect(api, 403, "POST", path, generate_api_key(), json=body),
        "a reading is stored": lambda: _equal(_expect(api, 200, "POST", path, key, json=body).json()["stored"], 1),
        "it is read back": lambda: _equal(_kwh(_expect(api, 200, "GET", path, key, params=query)), [_CONSUMPTION_KWH]),
        "it is withdrawn": lambda: _equal(_expect(api, 200, "DELETE", path, key, params=query).json()["withdrawn"], 1),
    }


def _all_good(steps: Mapping[str, Callable[[], Any]]) -> bool:
    """Does the steps until one fails, and prints each."""
    for name, step in steps.items():
        try:
            step()
        except (SmokeError, httpx.HTTPError) as error:
            print(f"FAILED  {name}: {error or type(error).__name__}")
            return False
        print(f"ok      {name}")
    return True


def _healthy(api: httpx.Client) -> None:
    """Waits until the service answers. A new API answers only some seconds after its apply."""
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    while True:
        try:
            _expect(api, 200, "GET", "/health", None)
        except (SmokeError, httpx.HTTPError):
            if time.monotonic() > deadline:
                raise
            time.sleep(1)
        else:
            return


def _expect(api: httpx.Client, status: int, method: str, path: str, key: str | None, **given: Any) -> httpx.Response:
    headers = {"x-api-key": key} if key else {}
    answer = api.request(method, path, headers=headers, **given)
    if answer.status_code != status:
        raise SmokeError(f"{method} {path} got {answer.status_code} instead of {status}: {answer.text[:200]}")
    return answer


def _kwh(answer: httpx.Response) -> list[float]:
    return [float(reading["consumption_kwh"]) for reading in answer.json()["readings"]]


def _equal(found: Any, expected: Any) -> None:
    if found != expected:
        raise SmokeError(f"the answer has {found!r} instead of {expected!r}")


def _last_quarter_hour(now: datetime) -> datetime:
    """Returns the start of the last quarter of an hour that is over."""
    begun = now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)
    return begun - timedelta(minutes=15)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
