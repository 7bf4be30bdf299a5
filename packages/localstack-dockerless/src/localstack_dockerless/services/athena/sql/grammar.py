"""Parses a statement in Athena's dialect of Trino with sqlglot.

Every function call stays a call by its name, so that `functions/` decides what a name means. sqlglot would turn many
calls into expressions of its own, whose meaning in DuckDB differs from Trino's.
"""

import logging
import re
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.dialects.trino import Trino

from localstack_dockerless.services.athena.failures import QueryFailedError, not_supported

logging.getLogger("sqlglot").setLevel(logging.ERROR)  # it warns of each statement that it keeps as a text

QUERY, METADATA = "query", "metadata"

REFUSED = {
    "insert": "INSERT INTO", "update": "UPDATE", "delete": "DELETE", "merge": "MERGE INTO", "unload": "UNLOAD",
    "create": "CREATE", "drop": "DROP", "alter": "ALTER", "msck": "MSCK REPAIR TABLE", "vacuum": "VACUUM",
    "optimize": "OPTIMIZE", "prepare": "PREPARE", "execute": "EXECUTE", "deallocate": "DEALLOCATE PREPARE",
    "using": "USING EXTERNAL FUNCTION (user-defined functions)", "truncate": "TRUNCATE", "grant": "GRANT",
    "revoke": "REVOKE", "call": "CALL", "use": "USE", "set": "SET", "analyze": "ANALYZE", "explain": "EXPLAIN",
}  # fmt: skip
"""Statements by their first word that this emulator's Athena refuses by name."""


class SyntaxFailedError(QueryFailedError):
    """The text is no statement. Athena refuses it when the query starts."""

    def __init__(self, message: str) -> None:
        super().__init__("SYNTAX_ERROR", message)


class AthenaDialect(Trino):  # type: ignore[misc]  # untyped here
    """Is Trino's dialect without translations of functions. Array indexes stay as they are written."""

    INDEX_OFFSET = 0

    class Parser(Trino.Parser):  # type: ignore[misc]
        FUNCTIONS: dict[str, object] = {}  # noqa: RUF012 -- sqlglot's own name
        FUNCTION_PARSERS = {  # noqa: RUF012
            name: parser
            for name, parser in Trino.Parser.FUNCTION_PARSERS.items()
            if name in ("CAST", "TRY_CAST", "EXTRACT", "TRIM", "SUBSTRING", "POSITION", "LISTAGG")
        }


@dataclass(frozen=True)
class Statement:
    """Holds a statement. `tree` is None for metadata statements such as SHOW TABLES, whose words are in `text`."""

    kind: str
    text: str
    tree: exp.Expression | None = None


def parse(sql: str) -> Statement:
    """Returns the statement. Raises `SyntaxFailedError`, or `QueryFailedError` for a refused statement."""
    text = _without_comments(sql).strip().rstrip(";").strip()
    word = (re.match(r"[a-z]+", text.lower()) or [""])[0]
    if word in REFUSED:
        raise not_supported(f"{REFUSED[word]} statements")
    if word in ("show", "describe", "desc"):
        return Statement(METADATA, text)
    return Statement(QUERY, text, _tree(sql))


def _tree(sql: str) -> exp.Expression:
    try:
        trees = [tree for tree in sqlglot.parse(sql, read=AthenaDialect) if tree is not None]
    except sqlglot.errors.SqlglotError as error:
        raise SyntaxFailedError(_message(error)) from error
    if len(trees) != 1:
        raise SyntaxFailedError("line 1:1: Only one sql statement is allowed" if trees else "line 1:1: Query is empty")
    tree = trees[0]
    if not isinstance(tree, exp.Query | exp.Values):
        raise SyntaxFailedError("line 1:1: mismatched input. Expecting: a query")
    return tree


def _message(error: sqlglot.errors.SqlglotError) -> str:
    details = getattr(error, "errors", None) or [{}]
    first = details[0]
    if not first.get("line"):
        return f"line 1:1: {re.sub(chr(27) + r'.*?m', '', str(error))}"
    column = max(1, first["col"] - len(first.get("highlight") or "") + 1)
    return f"line {first['line']}:{column}: mismatched input '{first.get('highlight', '')}'. {first['description']}"


def _without_comments(sql: str) -> str:
    """Returns the text without comments before the first word. A string may hold the marks of a comment."""
    return re.sub(r"\A(?:\s+|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", "", sql, flags=re.DOTALL)
