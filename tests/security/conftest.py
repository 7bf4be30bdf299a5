"""Fixtures of the security tests: the running stack, and customers of their own."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from local.observe.running import RunningStack, load
from operations.customer_keys import CustomerKeys
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.security.database import Database


@pytest.fixture(scope="session")
def stack() -> RunningStack:
    """The running stack that the variable STACK names."""
    return load(os.environ.get("STACK") or "dev")


@pytest.fixture(scope="session")
def customers(stack: RunningStack) -> Iterator[Customers]:
    made = Customers(stack)
    yield made
    made.forget()


@pytest.fixture(scope="session")
def database(stack: RunningStack) -> Database:
    return Database(stack)


@dataclass(frozen=True)
class Revoked:
    """A customer whose key was let in and then revoked, and the key that took its place."""

    customer: TestCustomer
    new_key: str = field(repr=False)


@pytest.fixture(scope="session", autouse=True)
def revoked(stack: RunningStack, customers: Customers) -> Revoked:
    """Revoked before all other tests: the gateway's cache then forgets it while they run."""
    customer = customers.create()
    keys = CustomerKeys(stack.client("dynamodb"), stack.outputs["customers_table"])
    new = keys.rotate(customer.number)
    api = ApiClient(stack.api_url)
    assert api.readings(customer.number, customer.key).status == 200
    api.close()
    keys.revoke(customer.number)
    return Revoked(customer, new.key)
