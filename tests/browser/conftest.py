"""Fixtures of the browser tests: Chromium, consoles of people, and a published day."""

from collections.abc import Callable, Generator, Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser

from local.observe.running import RunningStack
from tests.browser import chromium, consoles
from tests.browser.consoles import Console
from tests.browser.visitor import Visitor, visitor
from tests.browser.world import World
from tests.e2e.api_client import ApiClient
from tests.e2e.conftest import api, own_day, pipeline, stack, used_days
from tests.e2e.customers import Customers
from tests.e2e.pipeline import Pipeline

__all__ = ["api", "own_day", "pipeline", "stack", "used_days"]


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium. A machine without it gets one message, and not one for each test."""
    try:
        chromium.program()
    except chromium.ChromiumMissingError as error:
        pytest.exit(str(error), returncode=1)
    with chromium.browser(tmp_path_factory.mktemp("chromium")) as started:
        yield started


@pytest.fixture(scope="session")
def console(stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """The console of a person who may do everything."""
    with consoles.console(stack, tmp_path_factory.mktemp("console"), "ana") as started:
        yield started


@pytest.fixture(scope="session")
def world(stack: RunningStack, api: ApiClient, pipeline: Pipeline, own_day: Callable[[], date]) -> Iterator[World]:
    """The day that all tests look at."""
    made = Customers(stack)
    yield World.publish(api, made, pipeline, own_day())
    made.forget()


@pytest.fixture
def ana(browser: Browser, console: Console) -> Iterator[Visitor]:
    """A person who may do everything, at a desk."""
    with visitor(browser, console) as found:
        yield found


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keeps a screenshot of each visitor of a test that fails."""
    report = yield
    if report.when == "call" and report.failed:
        for each in getattr(item, "funcargs", {}).values():
            if isinstance(each, Visitor):
                report.sections.append(("screenshot", str(each.keep(f"failed-{item.name}"))))
    return report
