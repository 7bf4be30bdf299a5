"""Keeps an event that came from another event bus from being sent on to a third one, or back for ever.

EventBridge sends no event on to a bus that it received from a bus:
https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_MOST = 10_000
_lock = threading.Lock()
_received: OrderedDict[tuple[str, ...], None] = OrderedDict()
"""Has the latest events that a bus received from a bus: region, account and bus, and the event's id."""
_entry = threading.local()


@contextmanager
def entry_of(context: Any) -> Iterator[None]:
    """Holds while one entry of PutEvents is processed. `context` is LocalStack's of the call."""
    caller = (context.internal_request_params or {}).get("source_arn") or ""
    _entry.is_forwarded = ":events:" in caller and ":rule/" in caller
    try:
        yield
    finally:
        _entry.is_forwarded = False


def note(event: dict[str, Any], region: str, account: str, bus: str) -> None:
    """Remembers the event of the present entry, if a rule of another bus has sent it."""
    if getattr(_entry, "is_forwarded", False):
        with _lock:
            _received[region, account, bus, event["id"]] = None
            while len(_received) > _MOST:
                _received.popitem(last=False)


def may_be_sent(event: dict[str, Any], rule_arn: str, target_arn: str) -> bool:
    """Returns whether a rule may send `event` to its target."""
    if ":event-bus/" not in target_arn:
        return True
    region, account, resource = rule_arn.split(":", 5)[3:]
    _, *bus, _ = resource.split("/")
    with _lock:
        return (region, account, "/".join(bus) or "default", event["id"]) not in _received
