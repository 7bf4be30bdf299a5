"""Fixtures of the security tests: the running stack, and customers of their own."""

import os
from collections.abc import Iterator

import pytest

from local.stack.running import RunningStack, load
from tests.e2e.customers import Customers
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
