"""Holds the facts of the table `alarms` for a reader that does not know the checks: the states, and a customer's view.

It imports no check. So an edited check changes no program that only shows alarms. `domain/alarm_items.py` describes all
attributes.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from domain.metering_points import KEY

RANGE = "alarm"
"""The sort key of the table: the code and the date, or the code alone for the silent days, which are no alarm."""

STATE = "state"

VIEW = (
    *("alarm_id", "error_type", "date", "days", STATE, "escalated", "sequence", "title", "words", "found"),
    *("raised_at", "changed_at"),
)
"""The attributes that a customer's view of an alarm needs.

The view leaves out the people who acknowledged or cleared the alarm, their reasons, and the copy of the customer.
"""


class State(StrEnum):
    """The state of an alarm. `dismissed` is cleared by a person; readers see it as `cleared`."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"
    DISMISSED = "dismissed"

    @property
    def is_alive(self) -> bool:
        """Whether people still have to look at the alarm."""
        return self in (State.OPEN, State.ACKNOWLEDGED)

    @property
    def shown(self) -> str:
        """The state as readers see it: open, acknowledged or cleared."""
        return str(State.CLEARED if self is State.DISMISSED else self)


SHOWN_STATES = tuple(dict.fromkeys(state.shown for state in State))
"""The states as readers see them."""


def states_shown_as(shown: str) -> list[State]:
    """Returns the states that readers see as `shown`."""
    return [state for state in State if state.shown == shown]


def table_key(number: str, sort_key: str) -> dict[str, Any]:
    """Returns a key in DynamoDB's JSON."""
    return {KEY: {"S": number}, RANGE: {"S": sort_key}}


def customers_view(item: Mapping[str, Any]) -> dict[str, Any]:
    """Returns an alarm as its customer sees it, from an item that has the attributes `VIEW`.

    The title and the words are the ones that the item holds: the check may have others by now. Raises `KeyError` and
    `ValueError` for an item that is no alarm.
    """
    found = json.loads(item["found"]["S"])
    return {
        "alarm_id": item["alarm_id"]["S"],
        "error_type": item["error_type"]["S"],
        "title": item["title"]["S"],
        "words": item["words"]["S"],
        "date": item["date"]["S"],
        "days": int(item["days"]["N"]),
        "state": State(item[STATE]["S"]).shown,
        "escalated": bool(item["escalated"]["BOOL"]),
        "sequence": int(item["sequence"]["N"]),
        "raised_at": item["raised_at"]["S"],
        "changed_at": item["changed_at"]["S"],
        "intervals": list(found["intervals"]),
        "details": found["details"],
    }
