"""After everything else has run: no API key, no password and no hash of a key is where it could be read.

Runs last in `make test`, on the stack that the other suites have used.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import date

import pytest

from domain.api_keys import generate_api_key
from local.launcher.programs import console_token
from local.observe.running import RunningStack
from seed.customers import demo_number
from seed.keys import demo_api_key
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers
from tests.e2e.pipeline import Pipeline
from tests.security.database import Database
from tests.security.places import KEPT_FROM_OTHERS, PLACES

# 43 characters of URL-safe base64, as nothing else here is written that has letters of both cases and digits.
_TOKEN = re.compile(r"(?<![A-Za-z0-9_+/=.-])[A-Za-z0-9_-]{43}(?![A-Za-z0-9_+/=-])")
_EVERY_SORT = [re.compile(sort) for sort in ("[A-Z]", "[a-z]", "[0-9]")]
DEMO_KEYS = {demo_api_key(demo_number(index)) for index in range(1_000)}
"""Anybody can work these out, and `make up` prints one (`seed/keys.py`)."""


def keys_in(text: str) -> set[str]:
    """What has the form of an API key, but for the demo's."""
    return {token for token in _TOKEN.findall(text) if all(sort.search(token) for sort in _EVERY_SORT)} - DEMO_KEYS


@pytest.fixture(scope="module", autouse=True)
def _pipeline_has_run(stack: RunningStack) -> Iterator[None]:
    """Objects, messages, e-mails and an execution to search, whatever ran before."""
    pipeline = Pipeline(stack, set())
    pipeline.run_day(date(2003, 5, 6))
    yield
    pipeline.used_days.add("2003-05-06")
    pipeline.forget()


@pytest.fixture(scope="module")
def secrets_in_use(stack: RunningStack, customers: Customers, database: Database) -> dict[str, str]:
    """What must not be found, by what it is: keys that were used just now, right and wrong, and every hash there is."""
    customer, other = customers.create(), customers.create()
    api = ApiClient(stack.api_url)
    for key in (customer.key, other.key, "wrong"):
        api.readings(customer.number, key)
        api.send(customer.number, [{"interval_start": key}], key)
        api.send_body(customer.number, b"{", key)
    api.close()
    hashes = {f"hash {number}": text for number, text in enumerate(_stored_hashes(stack))}
    assert hashlib.sha256(customer.key.encode()).hexdigest() in hashes.values()
    own = {"password": database.password, "console's token": console_token(stack.settings)}
    return {"key": customer.key, "other's key": other.key, **own, **hashes}


def _stored_hashes(stack: RunningStack) -> Iterator[str]:
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.outputs["customers_table"])
    for page in pages:
        for item in page["Items"]:
            yield from (entry["S"] for entry in item["api_key_hashes"]["L"])


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_is_left(place: str, stack: RunningStack, secrets_in_use: dict[str, str]) -> None:
    searched = 0
    for where, text in PLACES[place](stack):
        searched += 1
        found = [what for what, secret in secrets_in_use.items() if secret in text]
        assert found == [], f"{found} in {where}"
    assert searched or place == "process_environments", f"nothing to search in {place}"


@pytest.mark.parametrize("place", PLACES)
def test_nothing_that_has_the_form_of_a_key_is_left(place: str, stack: RunningStack) -> None:
    """The keys of customers that other tests made and forgot, too."""
    for where, text in PLACES[place](stack):
        assert keys_in(text) == set(), where


def test_what_holds_secrets_can_be_read_by_its_owner_only(stack: RunningStack) -> None:
    """Other users of this machine see neither the data nor the names."""
    if stack.settings.mode != "embedded":
        pytest.skip("they are in the containers' volumes")
    found = [stack.directory / name for name in KEPT_FROM_OTHERS]
    assert {path.name: oct(path.stat().st_mode & 0o077) for path in found} == {path.name: "0o0" for path in found}
    for template in stack.directory.parents[1].glob("templates/*"):
        assert template.stat().st_mode & 0o077 == 0


def test_the_table_holds_no_key(stack: RunningStack, secrets_in_use: dict[str, str]) -> None:
    for page in stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.outputs["customers_table"]):
        assert keys_in(str(page["Items"])) == set()


def test_a_key_is_known_by_its_form() -> None:
    key = generate_api_key()
    assert keys_in(f"x-api-key: {key}\n'{key}' \"{key}\" ={key[:-1]}") == {key}
