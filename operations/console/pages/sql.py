"""Queries in SQL: the saved ones and own ones, how far they are, their results as a table, a chart and CSV.

Each query has an address of its own, so that its result can be shared. Athena keeps queries for 45 days.
"""

from itertools import chain
from typing import Annotated, Any

from botocore.exceptions import ClientError
from fastapi import APIRouter, Form, Path, Response
from fastapi.responses import RedirectResponse, StreamingResponse

from operations.console.data import Data, DataDep
from operations.console.data.athena import LONGEST_SQL, Athena, Execution
from operations.console.errors import Answer, NotFoundError, RefusedError, attempt
from operations.console.results import chart_of
from operations.console.view import Page, View, ViewDep

PAGE = Page("sql", "/sql", order=70)
router = APIRouter()

FORM = "^[0-9a-zA-Z-]{1,128}$"
IdentDep = Annotated[str, Path(pattern=FORM)]

_HINTS = (
    ("hint_limit", ("bytes scanned limit", "scan limit", "data limit")),
    ("hint_name", ("not found", "does not exist", "cannot be resolved", "not exist")),
    ("hint_denied", ("access denied", "accessdenied", "not authorized", "permission")),
    ("hint_unsupported", ("not supported", "unsupported", "not covered")),
    ("hint_syntax", ("mismatched input", "syntax", "line 1:")),
)


@router.get("/sql")
def editor(view: ViewDep, data: DataDep, saved: str = "", again: str = "") -> Response:
    """Shows the editor, with a saved query or with an earlier one."""
    athena = data.athena
    if athena is None:
        return view.page("sql.html", athena=None)
    queries = attempt(athena.saved)
    chosen = next((each for each in queries.value or [] if each.id == saved), None)
    sql = chosen.sql if chosen else _execution(athena, again).sql if again else ""
    return _page(view, athena, sql, queries=queries, chosen=chosen)


@router.post("/sql")
def start(view: ViewDep, data: DataDep, sql: Annotated[str, Form()] = "") -> Response:
    """Starts a query, and leads to its page. A query that Athena refuses stays in the editor."""
    athena, asked = _athena(data), sql.strip().removesuffix(";")
    if not asked:
        return _page(view, athena, sql, refused=str(view.text("sql")("no_query")))
    if len(asked) > LONGEST_SQL:
        return _page(view, athena, sql, refused=str(view.text("sql")("too_long", most=LONGEST_SQL)))
    try:
        ident = athena.start(asked)
    except ClientError as error:
        if error.response["Error"].get("Code") != "InvalidRequestException":
            raise
        return _page(view, athena, sql, refused=error.response["Error"].get("Message", ""))
    return RedirectResponse(f"/sql/{ident}", status_code=303)


@router.get("/sql/{ident}.csv")
def csv(data: DataDep, ident: IdentDep) -> Response:
    """Sends the whole result as CSV."""
    athena = _athena(data)
    if _execution(athena, ident).state != "SUCCEEDED":
        raise RefusedError("no_result")
    lines = athena.csv(ident)
    # The first lines are read here, so that an error is a page and no broken file.
    first = next(lines)
    name = f"query-{ident[:8]}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(chain([first], lines), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/sql/{ident}")
def result(view: ViewDep, data: DataDep, ident: IdentDep, token: str = "") -> Response:
    """Shows how far a query is, or its result. htmx asks for this part again while Athena works."""
    athena = _athena(data)
    found = _execution(athena, ident)
    if view.is_fragment:
        return view.page("_result.html", texts="sql", **_result(view, athena, found, token))
    return _page(view, athena, found.sql, execution=found, token=token)


@router.post("/sql/{ident}/stop")
def stop(data: DataDep, ident: IdentDep) -> Response:
    """Cancels a query."""
    _athena(data).stop(ident)
    return RedirectResponse(f"/sql/{ident}", status_code=303)


def _page(
    view: View,
    athena: Athena,
    sql: str,
    *,
    execution: Execution | None = None,
    token: str = "",
    refused: str = "",
    queries: Answer[object] | None = None,
    chosen: object = None,
) -> Response:
    shown = _result(view, athena, execution, token) if execution else {"execution": None, "hint": _hint(refused)}
    return view.page(
        "sql.html",
        status=422 if refused else 200,
        athena=athena,
        sql=sql,
        refused=refused,
        queries=queries or attempt(athena.saved),
        chosen=chosen,
        tables=attempt(athena.tables),
        recent=attempt(athena.recent),
        now=view.needs.now(),
        **shown,
    )


def _result(view: View, athena: Athena, execution: Execution, token: str) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "execution": execution,
        "seconds": execution.seconds(view.needs.now()),
        "hint": _hint(execution.reason),
        "result": None,
        "chart": None,
        "token": token,
    }
    if execution.state == "SUCCEEDED":
        page = athena.page(execution.id, token)
        shown |= {"result": page, "chart": chart_of(view, page)}
    return shown


def _athena(data: Data) -> Athena:
    if data.athena is None:
        raise NotFoundError("no_athena")
    return data.athena


def _execution(athena: Athena, ident: str) -> Execution:
    try:
        return athena.execution(ident)
    except ClientError as error:
        if error.response["Error"].get("Code") == "InvalidRequestException":
            raise NotFoundError("no_query", ident=ident[:40]) from error
        raise


def _hint(reason: str) -> str:
    """Returns the name of the text that says what to do about a reason."""
    said = reason.lower()
    return next((name for name, parts in _HINTS if any(part in said for part in parts)), "hint_other") if reason else ""
