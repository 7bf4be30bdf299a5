"""Parses the query of a page of readings: `from`, `to`, `limit` and `cursor`."""

import base64
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from service import problems
from service.problems import ItemError
from service.readings.fields import parse_time

LARGEST_PAGE = 1000
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)
NAMES = ("from", "to", "limit", "cursor")


@dataclass(frozen=True)
class ReadingQuery:
    """A query asks for at most `limit` readings with `start` <= interval start < `end` (UTC)."""

    start: datetime = BEGINNING
    end: datetime = END
    limit: int = LARGEST_PAGE


def parse(parameters: Sequence[tuple[str, str]]) -> ReadingQuery:
    """Parses decoded pairs of name and value. Raises a 422 problem that lists every fault."""
    given = dict(parameters)
    errors = _misnamed(parameters)
    start = _read(given, "from", _time, BEGINNING, errors)
    end = _read(given, "to", _time, END, errors)
    limit = _read(given, "limit", _limit, LARGEST_PAGE, errors)
    resumed = _read(given, "cursor", decode_cursor, start, errors)
    if not errors and start > end:
        errors.append(ItemError("from", "is later than to"))
    if errors:
        raise problems.invalid_query(errors)
    return ReadingQuery(max(start, resumed), end, limit)


def encode_cursor(start: datetime) -> str:
    """Returns an opaque token for the page that begins at `start`, a whole second."""
    return base64.urlsafe_b64encode(b"1:%d" % int(start.timestamp())).decode("ascii").rstrip("=")


def decode_cursor(cursor: str) -> datetime:
    """Returns the start that `encode_cursor` got. Raises `ValueError` for any other text."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        version, _, seconds = text.decode("ascii").partition(":")
        start = datetime.fromtimestamp(int(seconds), UTC)
        if version != "1" or encode_cursor(start) != cursor:
            raise ValueError(cursor)
    except (ValueError, OverflowError, OSError):
        raise ValueError("is not a cursor that this service gave") from None
    return start


def _read[T](given: dict[str, str], name: str, read: Callable[[str], T], default: T, errors: list[ItemError]) -> T:
    try:
        return read(given[name]) if name in given else default
    except ValueError as error:
        errors.append(ItemError(name, str(error)))
        return default


def _misnamed(parameters: Sequence[tuple[str, str]]) -> list[ItemError]:
    names = Counter(name for name, _ in parameters)
    unknown = [ItemError(name[:64], f"is not known; use {', '.join(NAMES)}") for name in names if name not in NAMES]
    return unknown + [ItemError(name, "is given more than once") for name in NAMES if names[name] > 1]


def _time(value: str) -> datetime:
    try:
        return parse_time(value)
    except ValueError:
        if " " in value:
            raise ValueError("holds a space; in a query, write the + of an offset as %2B") from None
        raise


def _limit(value: str) -> int:
    if value.isascii() and value.isdigit() and len(value) <= 4 and 1 <= int(value) <= LARGEST_PAGE:
        return int(value)
    raise ValueError(f"must be a whole number from 1 to {LARGEST_PAGE}")
