"""Asks Athena through the page: a query, its result and its chart, a mistake, and the saved queries."""

import csv
import io
import re

from playwright.sync_api import expect

from tests.browser.visitor import Visitor
from tests.browser.world import MISSING, World
from tests.e2e.readings import whole_day

ANSWER_MS = 90_000

QUERY = """
SELECT billing_metering_point_number, count(consumption_kwh) AS readings, sum(consumption_kwh) AS kwh
FROM readings WHERE date = DATE '{day}' AND billing_metering_point_number IN ('{one}', '{other}')
GROUP BY billing_metering_point_number ORDER BY readings
"""


def test_a_query_is_run_and_its_result_is_a_table_a_chart_and_csv(ana: Visitor, world: World) -> None:
    page, number = ana.page, world.lacking.number
    ana.open("/sql")
    page.get_by_label("Query of the database").fill(QUERY.format(day=world.day, one=number, other=world.whole.number))
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("heading", name="Result")).to_be_visible(timeout=ANSWER_MS)
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("region", name="Result").locator("tbody tr").count() == 2
    assert page.locator(".chart-wide svg").count() == 1
    assert ana.violations() == []
    ana.keep("sql-result")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(io.StringIO(download.value.path().read_text())))
    readings = whole_day(world.day)
    kept = sum(each["consumption_kwh"] for each in readings) - readings[MISSING]["consumption_kwh"]
    assert rows[0]["billing_metering_point_number"] == number
    assert (int(rows[0]["readings"]), round(float(rows[0]["kwh"]), 6)) == (95, round(kept, 6))


def test_a_mistake_says_what_to_do_and_keeps_the_query(ana: Visitor) -> None:
    page = ana.page
    ana.open("/sql")
    page.get_by_label("Query of the database").fill("SELECT nothing_like_this FROM readings")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("The tables and their columns are in the list on this page")).to_be_visible(
        timeout=ANSWER_MS
    )
    expect(page.get_by_label("Query of the database")).to_have_value("SELECT nothing_like_this FROM readings")


def test_a_saved_query_is_in_the_editor_with_one_click(ana: Visitor) -> None:
    ana.open("/sql")
    saved = ana.page.get_by_role("complementary").get_by_role("listitem").first.get_by_role("link")
    saved.click()
    expect(ana.page.get_by_label("Query of the database")).to_have_value(re.compile("select", re.IGNORECASE))
