"""Asks Athena in SQL: saved queries, running queries, results a page at a time.

Athena runs a query on its own, so a page starts it, looks how far it is, and reads the result when it is there.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_glue import GlueClient

PAGE_ROWS = 100
LONGEST_SQL = 20_000
"""Athena itself takes 262,144 bytes."""

_CSV_ROWS = 1_000
"""The most that Athena returns at a time."""

_NUMBERS = ("tinyint", "smallint", "int", "integer", "bigint", "float", "real", "double", "decimal")
_BATCH = 50
_RECENT = 10


@dataclass(frozen=True)
class SavedQuery:
    """A query that was saved for everybody in the workgroup."""

    id: str
    name: str
    description: str
    sql: str


@dataclass(frozen=True)
class Column:
    """A column of a result or a table, with its type in Athena's words."""

    name: str
    type: str

    @property
    def kind(self) -> str:
        """The type without its length, in small letters."""
        return self.type.lower().partition("(")[0].split(" ")[0]

    @property
    def is_number(self) -> bool:
        """Whether its values are numbers."""
        return self.kind in _NUMBERS


@dataclass(frozen=True)
class Table:
    """A table of the database. `partitions` are its columns for choosing days."""

    name: str
    description: str
    columns: tuple[Column, ...]
    partitions: tuple[Column, ...]


@dataclass(frozen=True)
class Execution:
    """A query that was started. `state` is QUEUED, RUNNING, SUCCEEDED, FAILED or CANCELLED. Times are aware."""

    id: str
    sql: str
    state: str
    reason: str
    submitted: datetime
    completed: datetime | None
    scanned_bytes: int
    returns_rows: bool

    @property
    def is_over(self) -> bool:
        """Whether Athena works on it no more."""
        return self.state not in ("QUEUED", "RUNNING")

    def seconds(self, now: datetime) -> float:
        """Returns how long it took, or takes so far."""
        return max(((self.completed or now) - self.submitted).total_seconds(), 0)


@dataclass(frozen=True)
class ResultPage:
    """Some rows of a result. `following` is the token of the next page, or empty."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str | None, ...], ...]
    following: str


class Athena:
    """The queries of one workgroup on one database."""

    def __init__(self, athena: "AthenaClient", glue: "GlueClient", workgroup: str, database: str) -> None:
        self._athena, self._glue = athena, glue
        self.workgroup, self.database = workgroup, database

    def saved(self) -> list[SavedQuery]:
        """Returns the saved queries by name. Raises botocore's errors, as all methods do."""
        ids: list[str] = []
        for page in self._athena.get_paginator("list_named_queries").paginate(WorkGroup=self.workgroup):
            ids += page.get("NamedQueryIds", [])
        found: list[Any] = []
        for start in range(0, len(ids), _BATCH):
            found += self._athena.batch_get_named_query(NamedQueryIds=ids[start : start + _BATCH])["NamedQueries"]
        queries = (
            SavedQuery(each["NamedQueryId"], each["Name"], each.get("Description", ""), each["QueryString"])
            for each in found
        )
        return sorted(queries, key=lambda each: each.name)

    def tables(self) -> list[Table]:
        """Returns the database's tables by name."""
        pages = self._glue.get_paginator("get_tables").paginate(DatabaseName=self.database)
        return sorted((_table(each) for page in pages for each in page["TableList"]), key=lambda each: each.name)

    def start(self, sql: str) -> str:
        """Starts a query. Returns its id."""
        return self._athena.start_query_execution(
            QueryString=sql, WorkGroup=self.workgroup, QueryExecutionContext={"Database": self.database}
        )["QueryExecutionId"]

    def execution(self, ident: str) -> Execution:
        """Returns how far a query is."""
        return _execution(self._athena.get_query_execution(QueryExecutionId=ident)["QueryExecution"])

    def stop(self, ident: str) -> None:
        """Cancels a query. A query that is over stays as it is."""
        self._athena.stop_query_execution(QueryExecutionId=ident)

    def recent(self) -> list[Execution]:
        """Returns the latest queries of the workgroup, the newest first."""
        ids = self._athena.list_query_executions(WorkGroup=self.workgroup, MaxResults=_RECENT).get("QueryExecutionIds")
        if not ids:
            return []
        found = self._athena.batch_get_query_execution(QueryExecutionIds=ids[:_RECENT])["QueryExecutions"]
        return sorted(map(_execution, found), key=lambda each: each.submitted, reverse=True)

    def page(self, ident: str, token: str = "", rows: int = PAGE_ROWS) -> ResultPage:
        """Returns a page of a result. The first row of the first page has the names, so it is left out."""
        # The first page has one row more, because of the names.
        request: dict[str, Any] = {"QueryExecutionId": ident, "MaxResults": min(rows + (not token), _CSV_ROWS)}
        if token:
            request["NextToken"] = token
        answer = self._athena.get_query_results(**request)
        found = answer["ResultSet"]
        columns = tuple(Column(each["Name"], each["Type"]) for each in found["ResultSetMetadata"].get("ColumnInfo", []))
        values = [tuple(datum.get("VarCharValue") for datum in row.get("Data", [])) for row in found.get("Rows", [])]
        if not token and values and values[0] == tuple(column.name for column in columns):
            values = values[1:]
        return ResultPage(columns, tuple(values), answer.get("NextToken", ""))

    def csv(self, ident: str) -> Iterator[str]:
        """Yields the whole result as CSV (RFC 4180), some lines at a time. A null is an empty field."""
        page = self.page(ident, rows=_CSV_ROWS)
        yield _lines([tuple(column.name for column in page.columns), *page.rows])
        while page.following:
            page = self.page(ident, page.following, _CSV_ROWS)
            yield _lines(page.rows)


def _lines(rows: Any) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _table(found: Any) -> Table:
    columns = tuple(Column(each["Name"], each.get("Type", "")) for each in found["StorageDescriptor"]["Columns"])
    partitions = tuple(Column(each["Name"], each.get("Type", "")) for each in found.get("PartitionKeys", []))
    return Table(found["Name"], found.get("Description", ""), columns, partitions)


def _execution(found: Any) -> Execution:
    status = found["Status"]
    return Execution(
        id=found["QueryExecutionId"],
        sql=found["Query"],
        state=status["State"],
        reason=status.get("StateChangeReason", ""),
        submitted=status["SubmissionDateTime"],
        completed=status.get("CompletionDateTime"),
        scanned_bytes=found.get("Statistics", {}).get("DataScannedInBytes", 0),
        returns_rows=found.get("StatementType", "DML") in ("DML", "UTILITY"),
    )
