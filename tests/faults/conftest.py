"""Fixtures of the fault tests: those of the end-to-end tests, faults, and the table of what was found."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest

from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.conftest import api, customers, day, logs, own_day, pipeline, stack, tasks, used_days
from tests.e2e.customers import Customers
from tests.e2e.pipeline import Pipeline
from tests.faults.conditions import Conditions, all_conditions
from tests.faults.days import SentDay
from tests.faults.findings import Findings
from tests.faults.functions import Functions
from tests.faults.injected import Faults

__all__ = ["api", "customers", "day", "logs", "own_day", "pipeline", "stack", "tasks", "used_days"]


@pytest.fixture(scope="session")
def findings(stack: RunningStack) -> Iterator[Findings]:
    found = Findings()
    yield found
    found.write(stack.directory / "logs" / "faults.md")
    found.show()


@pytest.fixture(scope="session")
def faults(stack: RunningStack) -> Iterator[Faults]:
    made = Faults(stack)
    yield made
    made.close()


@pytest.fixture
def functions(stack: RunningStack) -> Functions:
    return Functions(stack)


@pytest.fixture
def sent(api: ApiClient, customers: Customers, own_day: Callable[[], date]) -> SentDay:
    """Returns a day that a test's own customers have sent, with faults."""
    return SentDay.send(api, customers, own_day())


@pytest.fixture(scope="session")
def conditions(
    stack: RunningStack, api: ApiClient, pipeline: Pipeline, faults: Faults, own_day: Callable[[], date]
) -> Iterator[Conditions]:
    made = Customers(stack)
    doomed = SentDay.send(api, made, own_day())
    with all_conditions(stack, pipeline, made, faults, doomed) as found:
        yield found
    made.forget()


@pytest.fixture(scope="session", autouse=True)
def _alarms_fire_while_other_tests_run(request: pytest.FixtureRequest) -> None:
    """CloudWatch judges alarms once a minute: what raises them is there from the start."""
    if any("conditions" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("conditions")
