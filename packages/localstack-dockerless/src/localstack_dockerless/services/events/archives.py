"""The events of an archive, and how a replay sends them again.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html
"""

from datetime import UTC, datetime
from typing import Any

from localstack.services.events.utils import event_time_to_time_string


def as_entry(event: dict[str, Any], bus: str) -> dict[str, Any]:
    """The entry of PutEvents that replays `event`."""
    return {"EventBusName": bus, "Archived": event}


def time_of(event: dict[str, Any]) -> datetime:
    """When an archived event happened, in UTC."""
    time = event["time"]
    text = time if isinstance(time, str) else event_time_to_time_string(time)
    return datetime.fromisoformat(text).astimezone(UTC)
