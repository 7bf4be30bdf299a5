"""Runs queries to their end, and finds saved queries by their names."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from operations.console.data.athena import Athena, Column, ResultPage, SavedQuery

POLL_SECONDS = 0.2
PAGE_ROWS = 999
"""The first page has one row more, because of the names, and Athena returns at most 1,000 rows at a time.

https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
"""

_TOKENS = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|--[^\n]*|/\*.*?\*/|\bcurrent_date\b""", re.DOTALL | re.IGNORECASE)


class QueryError(Exception):
    """A query has no result. The message is Athena's, or says what is missing."""


@dataclass(frozen=True)
class Result:
    """A query that has succeeded. `rows` reads the pages one after the other. A null is None.

    `scanned_bytes` is the data that it read, and `seconds` its time.
    """

    columns: Sequence[Column]
    rows: Iterator[Sequence[str | None]] = field(repr=False)
    scanned_bytes: int
    seconds: float


def run(athena: Athena, sql: str, pause: Callable[[float], None] = time.sleep) -> Result:
    """Runs a query to its end. A query that is left by Ctrl-C is stopped. Raises `QueryError`."""
    ident = _asked(athena.start, sql)
    try:
        while not (execution := _asked(athena.execution, ident)).is_over:
            pause(POLL_SECONDS)
    except KeyboardInterrupt:
        _asked(athena.stop, ident)
        raise
    if execution.state != "SUCCEEDED":
        why = f": {execution.reason}" if execution.reason else ""
        raise QueryError(f"the query {execution.state.lower()}{why}")
    page = _asked(athena.page, ident, rows=PAGE_ROWS)
    rows = _rows(athena, ident, page)
    return Result(page.columns, rows, execution.scanned_bytes, execution.seconds(datetime.now(UTC)))


def saved_queries(athena: Athena) -> list[SavedQuery]:
    """Returns the saved queries of the workgroup, by name. Raises `QueryError`."""
    found: list[SavedQuery] = _asked(athena.saved)
    return found


def saved_query(athena: Athena, name: str) -> SavedQuery:
    """Returns the saved query with a name. Raises `QueryError`, which lists the names that are there."""
    queries = saved_queries(athena)
    for query in queries:
        if query.name == name:
            return query
    names = ", ".join(query.name for query in queries) or "none"
    raise QueryError(f"there is no saved query {name!r}. The saved queries are: {names}")


def seen_on(sql: str, day: date) -> str:
    """Returns a query that takes a day for today: each `current_date` outside of quotes and comments is the day."""

    def replaced(found: re.Match[str]) -> str:
        return f"DATE '{day}'" if found[0].lower() == "current_date" else found[0]

    return _TOKENS.sub(replaced, sql)


def _rows(athena: Athena, ident: str, page: ResultPage) -> Iterator[Sequence[str | None]]:
    yield from page.rows
    while page.following:
        page = _asked(athena.page, ident, page.following, PAGE_ROWS)
        yield from page.rows


def _asked(call: Callable[..., Any], *given: Any, **named: Any) -> Any:
    """Calls AWS. Raises `QueryError` with the words of AWS."""
    try:
        return call(*given, **named)
    except ClientError as error:
        raise QueryError(str(error.response["Error"].get("Message") or error)) from error
    except BotoCoreError as error:
        raise QueryError(str(error)) from error
