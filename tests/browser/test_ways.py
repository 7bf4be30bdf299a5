"""Other ways through the console: by keyboard, without scripts, and to the API."""

from playwright.sync_api import Browser, expect

from tests.browser.consoles import Console
from tests.browser.visitor import PHONE, Visitor, visitor
from tests.browser.world import World

ANSWER_MS = 60_000


def test_the_keyboard_alone_finds_a_metering_point_and_its_week(ana: Visitor, world: World) -> None:
    page = ana.page
    ana.open("/metering-points")
    number = page.locator(".numbers a").first.inner_text()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Number, or its beginning")).to_be_focused()
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/metering-points/{number}")
    for name in ("Month", "Day"):
        page.get_by_role("link", name=name, exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page.get_by_role("link", name="Month", exact=True)).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("navigation", name="Pages")).to_have_count(1)


def test_without_scripts_a_person_reads_a_metering_point_and_a_run(
    browser: Browser, console: Console, world: World
) -> None:
    with visitor(browser, console, java_script_enabled=False) as found:
        found.open(f"/metering-points/{world.lacking.number}?period=day&day={world.day}")
        assert "95 of 96 due" in found.said()
        found.open(f"/days/{world.day}")
        found.page.get_by_role("link", name="Show the steps").first.click()
        expect(found.page.locator(".chart-wide")).to_contain_text("PublishDay")


def test_a_day_leads_to_its_report_which_cannot_run_anything(ana: Visitor, world: World) -> None:
    ana.open(f"/days/{world.day}")
    ana.page.get_by_role("link", name="Report of publication 1").click()
    ana.page.wait_for_url("**/publications/1/report/en")
    said = ana.said()
    assert said.startswith("Report of ")
    assert "Worst metering points" in said
    assert "MCD: no reading, 96 were due" in said
    assert ana.page.evaluate("window.origin") == "null", "a sandbox has an origin of its own"
    ana.keep("report")
    assert ana.is_too_wide() <= 0


def test_a_report_is_read_in_croatian_on_a_phone(browser: Browser, console: Console, world: World) -> None:
    with visitor(browser, console, viewport=PHONE, locale="hr-HR", has_touch=True) as found:
        found.open(f"/days/{world.day}")
        found.page.get_by_role("link", name="Izvještaj objave 1").click()
        found.page.wait_for_url("**/publications/1/report/hr")
        said = found.said()
        assert said.startswith("Izvještaj: ")
        assert "MCD: nijedno očitanje, očekivano ih je 96" in said
        found.keep("report-phone")
        assert found.is_too_wide() <= 0


def test_a_call_of_the_api_is_tried_and_its_key_is_in_no_page(ana: Visitor, world: World) -> None:
    page = ana.page
    ana.open("/api?call=list_days")
    call = page.locator("#list_days")
    call.get_by_label("x-api-key").fill(world.whole.key)
    call.get_by_label("number").fill(world.whole.number)
    for name in ("from", "to"):
        call.locator(f"input[name={name}]").fill(str(world.day))
    call.get_by_role("button", name="Send").click()
    expect(call.get_by_text("200 OK")).to_be_visible(timeout=ANSWER_MS)
    expect(call.get_by_role("region", name="Answer")).to_contain_text(str(world.day))
    assert world.whole.key not in page.content()
    call.get_by_label("x-api-key").fill("wrong")
    call.get_by_role("button", name="Send").click()
    expect(call.get_by_text("403 Forbidden")).to_be_visible(timeout=ANSWER_MS)
    expect(call.get_by_text("The key is missing, wrong")).to_be_visible()
    call.get_by_label("number").fill("../../health")
    call.get_by_role("button", name="Send").click()
    expect(call.get_by_text("403 Forbidden")).to_be_visible(timeout=ANSWER_MS)
    assert world.whole.key not in ana.console.log.read_text()
