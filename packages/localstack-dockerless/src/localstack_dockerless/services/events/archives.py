"""Selects the events of an archive, and sends them again for a replay.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
"""

from datetime import UTC, datetime
from typing import Any

from localstack.services.events.utils import event_time_to_time_string


def as_entry(event: dict[str, Any], bus: str) -> dict[str, Any]:
    """Returns the entry of PutEvents that replays `event`."""
    return {"EventBusName": bus, "Archived": event}


def time_of(event: dict[str, Any]) -> datetime:
    """Returns the time of an archived event, in UTC."""
    time = event["time"]
    text = time if isinstance(time, str) else event_time_to_time_string(time)
    return datetime.fromisoformat(text).astimezone(UTC)
