"""An archive keeps events, and a replay sends them again."""

from datetime import datetime
from typing import Any

from localstack.aws.connect import connect_to

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.events import forwarding
from localstack_dockerless.services.events.archives import as_entry, time_of

PATCH = Patch(
    why="LocalStack makes the archive's rule in the name of a service, whose call IAM denies. It takes the time of an "
    "archived event, a text, for a `datetime`, and no replay gets beyond its first event. It answers StartReplay with "
    "the state at the end.",
    source="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html",
)


@PATCH.wraps("localstack.services.events.archive:ArchiveService._initialize_client")
def client(_original: Any, self: Any) -> Any:
    """Returns a client without a principal: the archive's rule is LocalStack's own housekeeping."""
    return connect_to(aws_access_key_id=self.account_id, region_name=self.region).events


@PATCH.wraps("localstack.services.events.archive:ArchiveService._filter_events_start_end_time")
def filtered(_original: Any, self: Any, start: datetime, end: datetime) -> list[dict[str, Any]]:
    """Returns the events from `start` to `end`, both inclusive."""
    return [event for event in list(self.archive.events.values()) if start <= time_of(event) <= end]


@PATCH.wraps("localstack.services.events.replay:ReplayService._set_event_last_replayed_time")
def last(_original: Any, self: Any, events: list[dict[str, Any]]) -> None:
    self.replay.event_last_replayed_time = max(map(time_of, events))


@PATCH.wraps("localstack.services.events.replay:ReplayService.re_format_events_from_archive")
def named(original: Any, self: Any, events: Any, replay_name: str) -> Any:
    entries = original(self, events, replay_name)
    for entry in entries:
        entry["Archived"] = {**entry["Archived"], "replay-name": replay_name}
    return entries


@PATCH.replaces("localstack.services.events.replay:re_format_event")
def re_format_event(_original: Any) -> Any:
    return as_entry


@PATCH.wraps("localstack.services.events.provider:format_event")
def format_event(original: Any, entry: Any, region: str, account_id: str, bus: str) -> Any:
    """Returns the archived event with the name of the replay. `forwarding` gets to know each event."""
    event = entry["Archived"] if "Archived" in entry else original(entry, region, account_id, bus)
    forwarding.note(event, region, account_id, bus)
    return event


@PATCH.wraps("localstack.services.events.provider:validate_event")
def validate_event(original: Any, entry: Any) -> Any:
    return None if "Archived" in entry else original(entry)


@PATCH.wraps("localstack.services.events.provider:EventsProvider.start_replay")
def start_replay(original: Any, self: Any, context: Any, **request: Any) -> Any:
    """Answers as AWS does, whose replay takes a while: DescribeReplay then shows its end."""
    return {**original(self, context, **request), "State": "STARTING"}
