"""Fixtures of the fault tests: those of the end-to-end tests, faults, and the table of what was found."""

from collections.abc import Iterator

import pytest

from local.stack.running import RunningStack
from tests.e2e.conftest import api, customers, day, logs, own_day, pipeline, stack, tasks, used_days
from tests.faults.findings import Findings
from tests.faults.injected import Faults

__all__ = ["api", "customers", "day", "logs", "own_day", "pipeline", "stack", "tasks", "used_days"]


@pytest.fixture(scope="session")
def findings(stack: RunningStack) -> Iterator[Findings]:
    found = Findings()
    yield found
    found.write(stack.directory / "logs" / "faults.md")
    found.show()


@pytest.fixture
def faults(stack: RunningStack) -> Iterator[Faults]:
    made = Faults(stack)
    yield made
    made.forget()
