"""Asks in SQL: saved queries, a query's way from its start to its result, and what a reader is told when it fails."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.operations.console.console_world import ConsoleWorld
from tests.unit.operations.console.fake_athena import IDENT, FakeAthena, FakeGlue


@pytest.fixture
def athena() -> FakeAthena:
    return FakeAthena()


@pytest.fixture
def console(athena: FakeAthena, tmp_path: Path) -> Iterator[ConsoleWorld]:
    clients = {"athena": athena, "glue": FakeGlue()}
    made = ConsoleWorld(tmp_path, clients, athena_workgroup="energy", glue_database="energy_db")
    yield made
    made.close()


def test_a_system_without_a_workgroup_says_so(tmp_path: Path) -> None:
    console = ConsoleWorld(tmp_path, {})
    assert "athena_workgroup" in console.get("/sql").text
    assert console.post("/sql", {"sql": "SELECT 1"}).status_code == 404
    console.close()


def test_the_page_lists_saved_queries_and_tables(console: ConsoleWorld) -> None:
    page = console.get("/sql").text
    assert page.index("Name a") < page.index("Name b")
    assert "consumption_kwh" in page
    assert "SELECT &#39;b&#39;" in console.get("/sql?saved=b").text


def test_a_query_has_an_address_and_shows_its_rows(console: ConsoleWorld, athena: FakeAthena) -> None:
    started = console.post("/sql", {"sql": " SELECT 1; "})
    assert (started.status_code, started.headers["location"], athena.sql) == (303, f"/sql/{IDENT}", "SELECT 1")
    athena.rows = [["2026-11-01", "<b>Split</b>", "1.5"], ["2026-11-02", None, "2.5"], ["2026-11-03", "Pula", "3"]]
    page = console.get(f"/sql/{IDENT}").text
    assert "&lt;b&gt;Split&lt;/b&gt;" in page
    assert "null" in page
    assert "result-wide" in page, "days with numbers are a curve"
    assert "12.3" in page


def test_a_query_at_work_is_asked_for_again_and_can_be_cancelled(console: ConsoleWorld, athena: FakeAthena) -> None:
    athena.state = "RUNNING"
    page = console.get(f"/sql/{IDENT}", fragment=True).text
    assert 'hx-trigger="every 1s"' in page
    assert "<html" not in page
    assert console.get(f"/sql/{IDENT}.csv").status_code == 422
    console.post(f"/sql/{IDENT}/stop")
    assert athena.stopped == [IDENT]
    assert "every 1s" not in console.get(f"/sql/{IDENT}", fragment=True).text


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("Query exhausted: Bytes scanned limit was exceeded", "Choose fewer days"),
        ("COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved", "list on this page"),
        ("Access Denied: glue:GetTable", "viewer_policy_arn"),
        ("line 1:1: mismatched input 'SELEC'", "that of Trino"),
        ("the function approx_set is not supported", "Only AWS itself"),
        ("Something else", "Correct the query"),
    ],
)
def test_a_failed_query_says_what_to_do(console: ConsoleWorld, athena: FakeAthena, reason: str, said: str) -> None:
    athena.state, athena.reason = "FAILED", reason
    page = console.get(f"/sql/{IDENT}").text
    assert said in page
    athena.refused = reason
    refused = console.post("/sql", {"sql": "SELEC <1>"})
    assert refused.status_code == 422
    assert said in refused.text
    assert "SELEC &lt;1&gt;" in refused.text, "the query stays in the editor"


def test_an_empty_query_and_an_unknown_one_are_told(console: ConsoleWorld) -> None:
    assert "There is no query" in console.post("/sql", {"sql": " "}).text
    assert console.get("/sql/none").status_code == 404
    assert "longer than" in console.post("/sql", {"sql": "x" * 20_001}).text


def test_the_csv_has_all_rows_of_all_pages(console: ConsoleWorld, athena: FakeAthena) -> None:
    athena.page = 7
    athena.rows = [[f"2026-11-{number:02}", 'a "quoted", city\nof 2 lines', None] for number in range(1, 31)]
    answer = console.get(f"/sql/{IDENT}.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="query-4f0c1a5e.csv"'
    names, *rows = csv.reader(io.StringIO(answer.text))
    assert names == ["date", "city", "kwh"]
    assert rows == [[row[0], row[1], ""] for row in athena.rows]


def test_further_rows_have_a_page(console: ConsoleWorld, athena: FakeAthena) -> None:
    athena.rows = [[f"day {number}", "x", "1"] for number in range(250)]
    first = console.get(f"/sql/{IDENT}").text
    assert "day 99<" in first
    assert "day 100<" not in first
    assert f"/sql/{IDENT}?token=101" in first
    second = console.get(f"/sql/{IDENT}?token=101").text
    assert "day 100<" in second
