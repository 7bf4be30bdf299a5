"""From the mail to the missing quarter-hour, and to "acknowledged"."""

from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.browser.world import MISSING_AT, World
from tests.e2e.api_client import ApiClient
from tests.e2e.pipeline import Pipeline


def test_the_mail_leads_to_the_missing_quarter_hour_which_a_person_acknowledges(
    ana: Visitor, world: World, pipeline: Pipeline
) -> None:
    page, number = ana.page, world.lacking.number
    ana.open(f"/mail?q={world.day}")
    page.get_by_role("link", name="Its alarms").first.click()
    page.get_by_role("row").filter(has_text=number).get_by_role("link").click()
    assert page.url.startswith(f"{ana.console.url}{world.alarm(world.lacking)}")
    assert MISSING_AT in ana.said()
    page.get_by_label("Reason").fill("The meter was exchanged")
    page.get_by_role("button", name="Acknowledge").click()
    expect(page.locator("#alarm-state")).to_contain_text("acknowledged")
    expect(page.locator("#alarm-state")).to_contain_text("The meter was exchanged")
    (alarm,) = pipeline.table_alarms(world.day, number)
    assert (alarm.by, alarm.reason) == ("ana", "The meter was exchanged")
    assert alarm.state is not None
    assert alarm.state.shown == "acknowledged"


def test_a_correction_clears_the_alarm_while_its_page_is_open(
    ana: Visitor, world: World, pipeline: Pipeline, api: ApiClient
) -> None:
    ana.open(world.alarm(world.late))
    expect(ana.page.locator("#alarm-state")).to_contain_text("open")
    world.send(api, world.late, world.missing_reading())
    pipeline.run_day(world.day)
    expect(ana.page.locator("#alarm-state")).to_contain_text("cleared", timeout=60_000)
    ana.open(f"/metering-points/{world.late.number}?period=day&day={world.day}")
    assert "100 %" in ana.said()
    before = ana.page.get_by_label("As known at")
    before.focus()
    ana.page.keyboard.press("Home")
    expect(ana.page.get_by_text("You see an earlier state")).to_be_visible()
    expect(ana.page.get_by_text("95 of 96 due")).to_be_visible()
