"""A person with the policy `viewer` sees every page and changes nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from local.observe.running import RunningStack
from tests.browser import consoles
from tests.browser.paths import PATHS, STATUS
from tests.browser.people import credentials_of
from tests.browser.visitor import Visitor, visitor
from tests.browser.world import World
from tests.e2e.pipeline import Pipeline


@pytest.fixture(scope="module")
def viewer(browser: Browser, stack: RunningStack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder = tmp_path_factory.mktemp("viewer")
    with (
        credentials_of(stack, stack.outputs["viewer_policy_arn"]) as credentials,
        consoles.console(stack, folder, "vera", credentials) as console,
        visitor(browser, console) as found,
    ):
        yield found


@pytest.mark.parametrize("name", PATHS)
def test_a_viewer_may_see_every_part_of_every_page(name: str, viewer: Visitor, world: World) -> None:
    viewer.open(PATHS[name](world), STATUS.get(name, 200))
    assert "You may not" not in viewer.said()


def test_a_viewer_may_not_acknowledge_an_alarm(viewer: Visitor, world: World, pipeline: Pipeline) -> None:
    viewer.open(world.alarm(world.hostile))
    (before,) = pipeline.table_alarms(world.day, world.hostile.number)
    viewer.page.get_by_label("Reason").fill("I only look")
    viewer.page.get_by_role("button", name="Acknowledge").or_(
        viewer.page.get_by_role("button", name="Clear")
    ).first.click()
    expect(viewer.page.get_by_text("You may not do dynamodb:PutItem")).to_be_visible()
    viewer.keep("denied-alarm")
    assert pipeline.table_alarms(world.day, world.hostile.number) == [before]
