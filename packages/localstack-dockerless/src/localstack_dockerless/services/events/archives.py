"""EventBridge archives keep events, and a replay sends them again.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html

LocalStack 4.14.0 makes the archive's rule in the name of a service whose calls IAM then denies, and takes the time of
an archived event, which is a text, for a `datetime`, so that no replay gets beyond its first event.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from localstack.aws.connect import connect_to
from localstack.services.events import provider, replay
from localstack.services.events.archive import ArchiveService
from localstack.services.events.replay import ReplayService
from localstack.services.events.utils import event_time_to_time_string
from localstack.utils.patch import patch


def keep_and_replay() -> None:
    """Called at LocalStack's start. Raises `AttributeError` on another LocalStack."""

    @patch(ArchiveService._initialize_client)  # type: ignore[untyped-decorator]  # noqa: SLF001
    def client(_original: Callable[..., Any], self: Any) -> Any:
        """LocalStack's own housekeeping: the archive's rule is nobody's call."""
        return connect_to(aws_access_key_id=self.account_id, region_name=self.region).events

    @patch(ArchiveService._filter_events_start_end_time)  # type: ignore[untyped-decorator]  # noqa: SLF001
    def filtered(_original: Callable[..., Any], self: Any, start: datetime, end: datetime) -> list[dict[str, Any]]:
        """From the first time, inclusive, up to the second."""
        return [event for event in list(self.archive.events.values()) if start <= _time(event) <= end]

    @patch(ReplayService._set_event_last_replayed_time)  # type: ignore[untyped-decorator]  # noqa: SLF001
    def last(_original: Callable[..., Any], self: Any, events: list[dict[str, Any]]) -> None:
        self.replay.event_last_replayed_time = max(map(_time, events))

    replay.re_format_event = _as_entry
    original = provider.format_event

    def format_event(entry: Any, region: str, account_id: str, bus: str) -> Any:
        """The replayed event is the archived one, with the name of the replay."""
        return entry["Archived"] if "Archived" in entry else original(entry, region, account_id, bus)

    provider.format_event = format_event
    validate = provider.validate_event
    provider.validate_event = lambda entry: None if "Archived" in entry else validate(entry)

    @patch(ReplayService.re_format_events_from_archive)  # type: ignore[untyped-decorator]
    def named(original: Callable[..., Any], self: Any, events: Any, replay_name: str) -> Any:
        entries = original(self, events, replay_name)
        for entry in entries:
            entry["Archived"] = {**entry["Archived"], "replay-name": replay_name}
        return entries


def _as_entry(event: dict[str, Any], bus: str) -> dict[str, Any]:
    return {"EventBusName": bus, "Archived": event}


def _time(event: dict[str, Any]) -> datetime:
    time = event["time"]
    text = time if isinstance(time, str) else event_time_to_time_string(time)
    return datetime.fromisoformat(text).astimezone(UTC)
