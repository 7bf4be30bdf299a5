"""Names that are scripts, quotes, templates and right-to-left text stay texts on every page."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.consoles import Console
from tests.browser.visitor import Visitor, visitor
from tests.browser.world import HOSTILE_CITY, HOSTILE_NAME, World

REASON = "</textarea><script>document.title='owned'</script>\N{RIGHT-TO-LEFT OVERRIDE}cba"


def _is_harmless(found: Visitor) -> None:
    """A script would have changed the title, an image would have been asked for, and the text would be gone."""
    assert "owned" not in found.page.title()
    assert found.page.locator("script:not([src])").count() == 0
    assert found.page.locator("img[src=x]").count() == 0
    assert found.faults == []


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/alarms?state=all&number={number}", HOSTILE_NAME),
        ("/alarms/{number}/{day}/ICD", HOSTILE_NAME),
        ("/metering-points/{number}?period=day&day={day}", HOSTILE_CITY),
        ("/metering-points?q=%3Cscript%3Edocument.title%3D%27owned%27%3C/script%3E", "<SCRIPT>"),
        ("/mail?q=%22%3E%3Cscript%3Edocument.title='owned'%3C/script%3E", "No mail"),
    ],
)
def test_a_hostile_text_is_shown_as_it_is(ana: Visitor, world: World, path: str, shown: str) -> None:
    ana.open(path.format(number=world.hostile.number, day=world.day))
    assert shown in ana.said()
    _is_harmless(ana)


def test_a_hostile_reason_is_shown_as_it_is(browser: Browser, console: Console, world: World) -> None:
    with visitor(browser, console, java_script_enabled=False) as found:
        found.open(world.alarm(world.hostile))
        found.page.get_by_label("Reason").fill(REASON)
        found.page.get_by_role("button", name="Acknowledge").click()
        expect(found.page.locator("#alarm-state")).to_contain_text("</textarea><script>")
    with visitor(browser, console) as found:
        found.open(world.alarm(world.hostile))
        assert "</textarea><script>" in found.said()
        _is_harmless(found)
        found.keep("hostile-alarm")
