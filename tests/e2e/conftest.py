"""Fixtures of the end-to-end tests: a running stack, and a test's own customers and days."""

import os
import secrets
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from dockerless_testing.waiting import wait_until
from local.commands.alarms import desk_of
from local.observe.running import RunningStack, load
from operations.alarms import Wanted
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers
from tests.e2e.logs import Logs
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import ZONE
from tests.e2e.tasks import RECOVERY_SECONDS, Tasks

FIRST_DAY, LAST_DAY = date(2001, 1, 1), date(2019, 12, 31)
DEMO_DAYS = {"2007-02-01", "2007-02-02"}
CLOCKS_MAY_CHANGE = (3, 10)
DISTANCE = 4
"""Days between the days of 2 tests. A test may use the 2 days after its own too."""
FINDS_DAYS = "test_the_catch_up_finds_the_day_by_itself"

ON_CONTAINERS = frozenset(
    f"test_{name}.py"
    for name in (
        "access",
        "clients",
        "console",
        "containers",
        "demo",
        "deploy",
        "infrastructure",
        "journey",
        "logs",
        "tasks",
    )
)
"""These files test paths that containers change: networks, processes, files, images and the launcher in a container.

`.ci/compose` runs only them, because containers run the same code (decision 48).
"""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests for containers, and puts some in their places.

    The catch-up runs the days that it finds. So its test and the demo come before the tests that leave days to find.
    The file that judges the record of all calls comes after all tests that make calls.
    """
    for item in items:
        if item.path.name in ON_CONTAINERS:
            item.add_marker("on_containers")
    items.sort(key=_place)


def _place(item: pytest.Item) -> tuple[bool, bool, bool]:
    return item.path.name == "test_permissions.py", item.name != FINDS_DAYS, item.path.name != "test_demo.py"


@pytest.fixture(scope="session")
def stack() -> RunningStack:
    """The running stack that the variable STACK names."""
    return load(os.environ.get("STACK") or "dev")


@pytest.fixture(scope="session")
def api(stack: RunningStack) -> Iterator[ApiClient]:
    client = ApiClient(stack.api_url)
    yield client
    client.close()


@pytest.fixture(scope="session")
def logs(stack: RunningStack) -> Logs:
    return Logs(stack)


@pytest.fixture(scope="module")
def customers(stack: RunningStack) -> Iterator[Customers]:
    """Makes customers; those made are taken out of the table when the module's tests are done."""
    made = Customers(stack)
    yield made
    made.forget()


@pytest.fixture(scope="session")
def used_days() -> set[str]:
    """The days whose objects, e-mails and messages are removed in the end."""
    return set()


@pytest.fixture(scope="session")
def pipeline(stack: RunningStack, used_days: set[str]) -> Iterator[Pipeline]:
    runner = Pipeline(stack, used_days)
    yield runner
    runner.forget()


@pytest.fixture(scope="session")
def own_day(stack: RunningStack, used_days: set[str]) -> Callable[[], date]:
    """Gives a day long past with 96 quarter-hours, away from the days of all other tests and of earlier suites.

    The demo's customers are silent on all these days. Silences that join would change more alarms than a test expects.
    """
    silences = desk_of(stack).alarms(Wanted("all"))
    earlier = {str(each.date + timedelta(number)) for each in silences for number in range(each.found.days)}

    def choose() -> date:
        while True:
            day = FIRST_DAY + timedelta(secrets.randbelow((LAST_DAY - FIRST_DAY).days))
            around = {str(day + timedelta(number)) for number in range(-DISTANCE, DISTANCE + 1)}
            if day.month not in CLOCKS_MAY_CHANGE and not around & (earlier | DEMO_DAYS | used_days):
                used_days.add(str(day))
                return day

    return choose


@pytest.fixture
def day(own_day: Callable[[], date]) -> date:
    return own_day()


@pytest.fixture
def tasks(stack: RunningStack) -> Iterator[Tasks]:
    """The service with both its tasks healthy, before the test and after it."""
    found = Tasks(stack)
    wait_until(found.are_complete, RECOVERY_SECONDS, "two healthy tasks")
    yield found
    wait_until(found.are_complete, RECOVERY_SECONDS, "two healthy tasks again")


@pytest.fixture(scope="session")
def daily_target(stack: RunningStack) -> dict[str, Any]:
    """The daily rule's only target."""
    (found,) = stack.client("events").list_targets_by_rule(Rule=stack.outputs["daily_rule"])["Targets"]
    return dict(found)


@pytest.fixture(scope="session")
def rule_each_minute(stack: RunningStack, pipeline: Pipeline, daily_target: dict[str, Any]) -> Iterator[str]:
    """A rule beside the daily one, with its target and role, that fires each minute; gives its ARN."""
    yesterday = str(datetime.now(ZONE).date() - timedelta(days=1))
    if not pipeline.keys(yesterday):
        pipeline.used_days.add(yesterday)
    events, name = stack.client("events"), f"each-minute-{uuid.uuid4().hex[:8]}"
    arn = events.put_rule(Name=name, ScheduleExpression="rate(1 minute)")["RuleArn"]
    try:
        assert events.put_targets(Rule=name, Targets=[daily_target])["FailedEntryCount"] == 0
        yield arn
    finally:
        events.remove_targets(Rule=name, Ids=[daily_target["Id"]])
        events.delete_rule(Name=name)
        for execution in pipeline.started_by(arn):
            pipeline.ended(execution)


@pytest.fixture(scope="session", autouse=True)
def _rule_fires_while_other_tests_run(request: pytest.FixtureRequest) -> None:
    """LocalStack looks at its rules once a minute: a test that waits for that has its rule from the start."""
    if any("rule_each_minute" in getattr(item, "fixturenames", ()) for item in request.session.items):
        request.getfixturevalue("rule_each_minute")
