"""Puts execution parameters in the place of the question marks of a query.

Each parameter is a literal as it would stand in the query, such as `'2024-01-01'` with its quotes:
https://docs.aws.amazon.com/athena/latest/ug/querying-with-prepared-statements.html
"""

import re
from collections.abc import Sequence

from localstack_dockerless.services.athena.sql.grammar import SyntaxFailedError

_PIECE = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\?|[^?'\"\-/]+|.", re.DOTALL)
_LITERAL = re.compile(
    r"\s*(?:(?:DATE|TIMESTAMP)\s*)?'(?:[^']|'')*'\s*|\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*|\s*(?:true|false|null)\s*",
    re.IGNORECASE,
)


def filled(query: str, given: Sequence[str] | None) -> str:
    """Returns the query with its parameters. Raises `SyntaxFailedError` for a wrong number or no literal."""
    pieces = _PIECE.findall(query)
    places = pieces.count("?")
    values = list(given or ())
    if places != len(values):
        raise SyntaxFailedError(f"Incorrect number of parameters: expected {places} but found {len(values)}")
    for value in values:
        if not _LITERAL.fullmatch(value):
            raise SyntaxFailedError(f"The execution parameter {value!r} is no literal. Put quotes around a text")
    left = iter(values)
    return "".join(next(left) if piece == "?" else piece for piece in pieces)
