"""The command queries Athena: it waits, reads every page, prints the rows, and says why a query failed."""

import argparse
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from domain.pipeline_dates import InvalidDate
from operations import query as command
from operations.console.data.athena import Athena, Column
from operations.query import add_options, query
from operations.query_formats import TABLE_ROWS, as_csv, as_json, as_table, summary
from operations.query_run import QueryError, Result, run, seen_on

SAVED = {f"q{number:02}": f"SELECT {number} WHERE day = current_date" for number in range(60)}


class FakeAthena:
    """Runs a query in 3 looks. `rows` is its result, in pages of 2 rows."""

    def __init__(self, rows: list[list[str | None]] | None = None, state: str = "SUCCEEDED", reason: str = "") -> None:
        self.rows, self.state, self.reason = rows or [], state, reason
        self.looks: Iterator[str] = iter(["QUEUED", "RUNNING", state])
        self.started: list[Any] = []
        self.stopped: list[str] = []
        self.fault: Exception | None = None

    def start_query_execution(self, **request: Any) -> dict[str, str]:
        if self.fault:
            raise self.fault
        self.started.append(request)
        return {"QueryExecutionId": "id"}

    def get_query_execution(self, **_request: Any) -> dict[str, Any]:
        status = {"State": next(self.looks), "StateChangeReason": self.reason}
        times = {"SubmissionDateTime": datetime(2026, 11, 1, tzinfo=UTC)}
        over = {"CompletionDateTime": datetime(2026, 11, 1, 0, 0, 2, tzinfo=UTC)}
        return {
            "QueryExecution": {
                "QueryExecutionId": "id",
                "Query": "SELECT",
                "Status": {**status, **times, **over},
                "Statistics": {"DataScannedInBytes": 2048},
            }
        }

    def get_query_results(self, **request: Any) -> dict[str, Any]:
        cells: list[list[str | None]] = [["city", "kwh"], *self.rows]
        start = int(request.get("NextToken", 0))
        page = [{"Data": [{"VarCharValue": cell} if cell is not None else {} for cell in row]} for row in cells]
        columns = [{"Name": "city", "Type": "varchar"}, {"Name": "kwh", "Type": "decimal"}]
        result = {"Rows": page[start : start + 2], "ResultSetMetadata": {"ColumnInfo": columns}}
        return {"ResultSet": result, **({"NextToken": str(start + 2)} if start + 2 < len(cells) else {})}

    def stop_query_execution(self, **request: Any) -> None:
        self.stopped.append(request["QueryExecutionId"])

    def get_paginator(self, operation: str) -> "FakeAthena":
        assert operation == "list_named_queries"
        return self

    def paginate(self, **_request: Any) -> list[dict[str, Any]]:
        return [{"NamedQueryIds": list(SAVED)[:40]}, {"NamedQueryIds": list(SAVED)[40:]}]

    def batch_get_named_query(self, **request: Any) -> dict[str, Any]:
        assert len(request["NamedQueryIds"]) <= 50
        made = [{"NamedQueryId": name, "Name": name, "QueryString": SAVED[name]} for name in request["NamedQueryIds"]]
        return {"NamedQueries": made}


def athena_of(client: FakeAthena) -> Athena:
    return Athena(client, None, "energy", "energy_db")  # type: ignore[arg-type]


def asked(client: FakeAthena, *words: str) -> tuple[list[str], list[str]]:
    """Returns the lines of the result, and the notes."""
    parser = argparse.ArgumentParser()
    add_options(parser)
    told: list[str] = []
    noted: list[str] = []
    query(athena_of(client), parser.parse_args(words), told.append, noted.append)
    return told, noted


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("operations.query_run.POLL_SECONDS", 0)


def test_every_page_is_a_row_of_the_table() -> None:
    client = FakeAthena([["Zagreb", "12.5"], ["Šibenik", None], ["Pag", "3"]])
    told, noted = asked(client, "--sql", "SELECT 1")
    assert told == ["city      kwh", "-------  ----", "Zagreb   12.5", "Šibenik", "Pag         3"]
    assert noted == ["3 rows, 2.0 KiB scanned, 2.0 s"]
    (request,) = client.started
    assert (request["WorkGroup"], request["QueryExecutionContext"]) == ("energy", {"Database": "energy_db"})


def test_csv_and_json_are_for_programs() -> None:
    rows: list[list[str | None]] = [['a "b", c', "12.500000"], ["", None]]
    assert asked(FakeAthena(rows), "--sql", "x", "--format", "csv")[0] == [
        '"city","kwh"',
        '"a ""b"", c","12.500000"',
        '"",',
    ]
    told, _ = asked(FakeAthena(rows), "--sql", "x", "--format", "json")
    assert [json.loads(line) for line in told] == [{"city": 'a "b", c', "kwh": "12.500000"}, {"city": "", "kwh": None}]


def test_a_value_has_its_type_in_json() -> None:
    columns = [Column(name, name) for name in ("bigint", "double", "boolean", "varchar")]
    rows: Iterator[Any] = iter([["7", "0.5", "true", "7"], ["-1", "NaN", "false", "x"]])
    assert [json.loads(line) for line in as_json(Result(columns, rows, 0, 0))] == [
        {"bigint": 7, "double": 0.5, "boolean": True, "varchar": "7"},
        {"bigint": -1, "double": "NaN", "boolean": False, "varchar": "x"},
    ]


def test_a_table_shows_control_characters_and_says_that_there_is_more() -> None:
    rows: Iterator[Any] = iter([["a\x1b[31m\nb"]] * (TABLE_ROWS + 1))
    lines = list(as_table(Result([Column("name", "varchar")], rows, 0, 0)))
    assert lines[2] == "a\\x1b[31m\\nb"
    assert len(lines) == TABLE_ROWS + 3
    assert lines[-1] == "... more than 1,000 rows: take another format for all of them"


def test_a_result_without_rows_has_its_columns() -> None:
    assert asked(FakeAthena(), "--sql", "x") == (["city  kwh", "----  ---"], ["0 rows, 2.0 KiB scanned, 2.0 s"])
    assert list(as_csv(Result([Column("n", "bigint")], iter(()), 0, 0))) == ['"n"']


@pytest.mark.parametrize(("state", "said"), [("FAILED", "the query failed: "), ("CANCELLED", "the query cancelled: ")])
def test_a_query_that_fails_says_why(state: str, said: str) -> None:
    client = FakeAthena(state=state, reason="COLUMN_NOT_FOUND: line 1:8: Column 'kwhh' cannot be resolved")
    with pytest.raises(QueryError, match=f"^{said}COLUMN_NOT_FOUND"):
        asked(client, "--sql", "SELECT kwhh")


@pytest.mark.parametrize(
    "fault",
    [
        ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not authorized"}}, "StartQueryExecution"),
        NoCredentialsError(),
    ],
)
def test_an_error_of_aws_is_said_in_its_words(fault: Exception) -> None:
    client = FakeAthena()
    client.fault = fault
    with pytest.raises(QueryError, match=r"not authorized|Unable to locate credentials"):
        asked(client, "--sql", "x")


def test_a_query_that_is_left_is_stopped() -> None:
    def interrupted(_seconds: float) -> None:
        raise KeyboardInterrupt

    client = FakeAthena()
    with pytest.raises(KeyboardInterrupt):
        run(athena_of(client), "SELECT 1", interrupted)
    assert client.stopped == ["id"]


def test_a_saved_query_runs_by_its_name_as_if_a_day_were_today() -> None:
    client = FakeAthena()
    asked(client, "--name", "q59", "--today", "2026-11-01")
    assert client.started[0]["QueryString"] == "SELECT 59 WHERE day = DATE '2026-11-01'"
    with pytest.raises(QueryError, match=r"there is no saved query 'peak'\. The saved queries are: q00, q01"):
        asked(client, "--name", "peak")
    with pytest.raises(InvalidDate):
        asked(client, "--name", "q01", "--today", "1.11.2026")
    with pytest.raises(QueryError, match="for a saved query"):
        asked(client, "--sql", "SELECT 1", "--today", "2026-11-01")


def test_the_saved_queries_are_listed() -> None:
    told, _ = asked(FakeAthena(), "--list")
    assert [line.partition("\n")[0] for line in told] == list(SAVED)


def test_only_the_date_of_today_is_replaced() -> None:
    day = date(2026, 11, 1)
    sql = (
        "SELECT 'current_date', \"current_date\", Current_Date -- current_date\n/* current_date */ FROM my_current_date"
    )
    replaced = seen_on(sql, day)
    assert replaced == sql.replace("Current_Date", "DATE '2026-11-01'")


@pytest.mark.parametrize(("size", "said"), [(0, "0 bytes"), (5 << 20, "5.0 MiB"), (3 << 31, "6.0 GiB")])
def test_the_costs_are_in_a_readable_unit(size: int, said: str) -> None:
    assert summary(Result([], iter(()), size, 0.25), 1) == f"1 row, {said} scanned, 0.2 s"


def test_the_program_prints_a_foreseeable_failure_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main(["--outputs", str(tmp_path / "none.json"), "--list"]) == 1
    assert re.fullmatch(r".*none.json is not what `terraform output -json` wrote.*\n", capsys.readouterr().err)
