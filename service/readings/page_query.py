"""Parses the queries of a page of readings and of a page of revisions."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from service.problems import ItemError
from service.readings.query import Query, time, whole_number

LARGEST_PAGE = 1000
LARGEST_REVISIONS_PAGE = 100
"""The most intervals in a page of revisions. Each has all of its versions."""
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)
_NAMES = ("from", "to", "limit", "cursor")


@dataclass(frozen=True)
class PageQuery:
    """A query asks for at most `limit` intervals with `start` <= interval start < `end` (UTC).

    `known_at` asks for the versions that were stored at that instant. None asks for the current versions.
    """

    start: datetime = BEGINNING
    end: datetime = END
    limit: int = LARGEST_PAGE
    known_at: datetime | None = None


def parse(parameters: Sequence[tuple[str, str]], now: datetime) -> PageQuery:
    """Parses the query of a page of readings. Raises a 422 problem that lists every fault."""

    def past(value: str) -> datetime:
        instant = time(value)
        if instant > now:
            raise ValueError("is in the future")
        return instant

    query = Query(parameters, (*_NAMES, "as_known_at"))
    known_at: datetime | None = query.read("as_known_at", past, None)
    return _parse(query, LARGEST_PAGE, known_at)


def parse_revisions(parameters: Sequence[tuple[str, str]]) -> PageQuery:
    """Parses the query of a page of revisions. Raises a 422 problem that lists every fault."""
    return _parse(Query(parameters, _NAMES), LARGEST_REVISIONS_PAGE, None)


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


def _parse(query: Query, largest: int, known_at: datetime | None) -> PageQuery:
    start = query.read("from", time, BEGINNING)
    end = query.read("to", time, END)
    limit = query.read("limit", whole_number(largest), largest)
    resumed = query.read("cursor", decode_cursor, start)
    if not query.errors and start > end:
        query.errors.append(ItemError("from", "is later than to"))
    query.refuse_faults()
    return PageQuery(max(start, resumed), end, limit, known_at)
