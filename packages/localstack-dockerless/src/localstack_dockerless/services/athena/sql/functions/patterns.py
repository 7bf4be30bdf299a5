"""Translates the formats of dates to DuckDB's. A letter that has no equal is refused by its name.

MySQL's for `date_format` and `date_parse`, Joda's for `format_datetime` and `parse_datetime`:
https://trino.io/docs/current/functions/datetime.html
"""

import re

from localstack_dockerless.services.athena.failures import QueryFailedError, not_supported

_MYSQL = {
    "a": "%a", "b": "%b", "c": "%-m", "d": "%d", "e": "%-d", "f": "%f", "H": "%H", "h": "%I", "I": "%I", "i": "%M",
    "j": "%j", "k": "%-H", "l": "%-I", "M": "%B", "m": "%m", "p": "%p", "r": "%I:%M:%S %p", "S": "%S", "s": "%S",
    "T": "%H:%M:%S", "v": "%V", "W": "%A", "Y": "%Y", "y": "%y", "%": "%%",
}  # fmt: skip
_JODA = {
    "yyyy": "%Y", "YYYY": "%Y", "y": "%Y", "Y": "%Y", "yy": "%y", "MM": "%m", "M": "%-m", "MMM": "%b", "MMMM": "%B",
    "dd": "%d", "d": "%-d", "DDD": "%j", "D": "%-j", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M",
    "m": "%-M", "ss": "%S", "s": "%-S", "SSS": "%g", "E": "%a", "EE": "%a", "EEE": "%a", "EEEE": "%A", "a": "%p",
    "xxxx": "%G", "ww": "%V", "e": "%u",
}  # fmt: skip
_PARSED_ALIKE = {"%-m": "%m", "%-d": "%d", "%-H": "%H", "%-I": "%I", "%-M": "%M", "%-S": "%S", "%-j": "%j"}


def of_mysql(pattern: str, *, parsing: bool = False) -> str:
    """Returns the pattern for `strftime`, or for `strptime` with `parsing`. Raises `QueryFailedError`."""
    parts, left = [], pattern
    while left:
        if left[0] != "%":
            parts.append(left[0])
            left = left[1:]
            continue
        letter = left[1:2]
        # an unknown letter stands for itself, and these are not supported by Trino either
        if letter in ("D", "U", "u", "V", "w", "X", ""):
            raise QueryFailedError("INVALID_FUNCTION_ARGUMENT", f"%{letter} not supported in date format string")
        found = _MYSQL.get(letter, letter)
        parts.append(_PARSED_ALIKE.get(found, found) if parsing else found)
        left = left[2:]
    return "".join(parts)


def of_joda(pattern: str, *, parsing: bool = False) -> str:
    """Returns the pattern for `strftime`, or for `strptime` with `parsing`. Raises `QueryFailedError`."""
    parts = []
    for quoted, letters, other in _pieces(pattern):
        if letters:
            found = _JODA.get(letters)
            if found is None:
                raise not_supported(f"{letters!r} in a pattern of Joda-Time")
            parts.append(_PARSED_ALIKE.get(found, found) if parsing else found)
        else:
            parts.append((quoted or other).replace("%", "%%"))
    return "".join(parts)


def _pieces(pattern: str) -> list[tuple[str, str, str]]:
    """Splits into quoted texts, runs of one letter and other characters."""
    pieces = []
    for match in re.finditer(r"'((?:[^']|'')*)'|(?P<run>(?P<one>[A-Za-z])(?P=one)*)|([^A-Za-z'])", pattern):
        text = match[1]
        quoted = "" if text is None else text.replace("''", "'") or "'"
        pieces.append((quoted, match["run"] or "", match[4] or ""))
    return pieces
