"""Parses the query of a page of alarms."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.alarm_table import SHOWN_STATES
from service.readings.query import Query, one_of, whole_number

LARGEST_PAGE = 100
ALL = "all"
STATES = (*SHOWN_STATES, ALL)
DEFAULT_STATE = SHOWN_STATES[0]
_SORT_KEY = re.compile(r"[A-Z]{3}(?:#[0-9]{4}-[0-9]{2}-[0-9]{2})?")


@dataclass(frozen=True)
class AlarmsQuery:
    """A query asks for at most `limit` alarms of a state, or of all. `after` is the sort key before the page."""

    state: str = DEFAULT_STATE
    limit: int = LARGEST_PAGE
    after: str | None = None


def parse(parameters: Sequence[tuple[str, str]]) -> AlarmsQuery:
    """Parses the query. Raises a 422 problem that lists every fault."""
    query = Query(parameters, ("state", "limit", "cursor"))
    state = query.read("state", one_of(*STATES), DEFAULT_STATE)
    limit = query.read("limit", whole_number(LARGEST_PAGE), LARGEST_PAGE)
    after: str | None = query.read("cursor", decode_cursor, None)
    query.refuse_faults()
    return AlarmsQuery(state, limit, after)


def encode_cursor(sort_key: str) -> str:
    """Returns an opaque token for the page that begins after an item of the table."""
    return base64.urlsafe_b64encode(f"1:{sort_key}".encode()).decode("ascii").rstrip("=")


def decode_cursor(cursor: str) -> str:
    """Returns the sort key that `encode_cursor` got. Raises `ValueError` for any other text."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode("ascii")
    except ValueError:
        raise ValueError("is not a cursor that this service gave") from None
    version, _, sort_key = text.partition(":")
    if version != "1" or not _SORT_KEY.fullmatch(sort_key) or encode_cursor(sort_key) != cursor:
        raise ValueError("is not a cursor that this service gave")
    return sort_key
