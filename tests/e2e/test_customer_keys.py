"""`make customer-key` as an operator uses it, and what becomes of the keys."""

import os
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from local.launcher.settings import REPOSITORY
from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.readings import quarter_hours, reading

KEY = re.compile(r"^  ([A-Za-z0-9_-]{43})$", re.MULTILINE)


def customer_key(stack: RunningStack, customer: TestCustomer, action: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "customer-key", f"NUMBER={customer.number}", action]
    environment = os.environ | {"STACK": stack.name}
    return subprocess.run(command, cwd=REPOSITORY, env=environment, check=False, capture_output=True, text=True)


def new_key(stack: RunningStack, customer: TestCustomer) -> str:
    done = customer_key(stack, customer, "rotate")
    assert done.returncode == 0, done.stderr
    (key,) = KEY.findall(done.stdout)
    return str(key)


def stored(stack: RunningStack, customer: TestCustomer) -> tuple[list[str], dict[str, str]]:
    """What the table holds of a customer's keys: hashes, the oldest first, and the day of each one's last use."""
    item = stack.client("dynamodb").get_item(
        TableName=stack.outputs["customers_table"],
        Key={"billing_metering_point_number": {"S": customer.number}},
        ConsistentRead=True,
    )["Item"]
    days = item.get("api_keys_last_used", {"M": {}})["M"]
    return [entry["S"] for entry in item["api_key_hashes"]["L"]], {key: day["S"] for key, day in days.items()}


def test_a_rotation_lets_the_customer_change_without_a_gap(
    stack: RunningStack, api: ApiClient, customers: Customers, day: date
) -> None:
    customer = customers.create()
    key = new_key(stack, customer)
    interval = quarter_hours(day)[0]
    assert api.send(customer.number, [reading(interval)], customer.key).status == 200
    assert api.send(customer.number, [reading(interval)], key).status == 200
    assert customer_key(stack, customer, "revoke").returncode == 0
    assert api.send(customer.number, [reading(interval)], key).status == 200


def test_a_revoked_key_that_nobody_used_is_refused_at_once(
    stack: RunningStack, api: ApiClient, customers: Customers
) -> None:
    customer = customers.create()
    key = new_key(stack, customer)
    assert customer_key(stack, customer, "revoke").returncode == 0
    assert api.readings(customer.number, customer.key).status == 403
    assert api.readings(customer.number, key).status == 200


def test_a_third_key_ends_the_first(stack: RunningStack, api: ApiClient, customers: Customers) -> None:
    customer = customers.create()
    second, third = new_key(stack, customer), new_key(stack, customer)
    answers = [api.readings(customer.number, key).status for key in (customer.key, second, third)]
    assert answers == [403, 200, 200]


def test_of_rotations_at_once_no_key_that_was_shown_is_lost(
    stack: RunningStack, api: ApiClient, customers: Customers
) -> None:
    customer = customers.create()
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: customer_key(stack, customer, "rotate"), range(6)))
    given = [KEY.findall(each.stdout)[0] for each in done if each.returncode == 0]
    assert given
    assert all("somebody else changed the keys" in each.stderr for each in done if each.returncode)
    assert [each.stdout for each in done if each.returncode] == [""] * (6 - len(given))
    valid = [key for key in [customer.key, *given] if api.readings(customer.number, key).status == 200]
    # Those that did not lose followed one upon another; each keeps the newest before it.
    assert len(valid) == len(stored(stack, customer)[0]) == 2


def test_the_day_of_a_keys_last_use_is_noted(stack: RunningStack, api: ApiClient, customers: Customers) -> None:
    customer = customers.create()
    key = new_key(stack, customer)
    before = datetime.now(UTC).date()
    for _ in range(5):
        assert api.readings(customer.number, key).status == 200
    hashes, last_used = stored(stack, customer)
    assert list(last_used) == hashes[1:]
    assert last_used[hashes[1]] in (str(before), str(datetime.now(UTC).date()))
    shown = customer_key(stack, customer, "show").stdout
    assert "the older key: never used" in shown
    assert "the newer key: last used on" in shown


def test_a_refused_key_is_not_noted(stack: RunningStack, api: ApiClient, customers: Customers) -> None:
    customer, inactive = customers.create(), customers.create(active=False)
    assert api.readings(customer.number, "w" * 43).status == 403
    assert api.readings(inactive.number, inactive.key).status == 403
    assert [stored(stack, each)[1] for each in (customer, inactive)] == [{}, {}]


@pytest.mark.parametrize("number", ["", "abc", "0", "999999999999999999"])
def test_a_customer_who_is_not_there_is_said(stack: RunningStack, number: str) -> None:
    command = ["make", "customer-key", f"NUMBER={number}", "rotate"]
    environment = os.environ | {"STACK": stack.name}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode != 0
    assert done.stdout == ""
    assert done.stderr
    assert "Traceback" not in done.stderr
