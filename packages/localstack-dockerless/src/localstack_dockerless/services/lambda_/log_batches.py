"""Divides a function's log events into calls of PutLogEvents.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MAX_EVENTS = 10_000
MAX_BATCH_BYTES = 1_048_576
EVENT_OVERHEAD = 26
MAX_MESSAGE_BYTES = 256 * 1024 - EVENT_OVERHEAD


@dataclass(frozen=True)
class LogEvent:
    """Holds one log event. `time` is in milliseconds since 1970."""

    text: str
    time: int


def batches(events: Iterable[LogEvent]) -> Iterator[list[LogEvent]]:
    """Yields the events of each PutLogEvents call within its limits. It divides a message over the limit."""
    batch: list[LogEvent] = []
    size = 0
    for event in events:
        for part in _parts(event):
            cost = len(part.text.encode()) + EVENT_OVERHEAD
            if batch and (len(batch) == MAX_EVENTS or size + cost > MAX_BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(part)
            size += cost
    if batch:
        yield batch


def _parts(event: LogEvent) -> Iterator[LogEvent]:
    data = event.text.encode()
    if len(data) <= MAX_MESSAGE_BYTES:
        yield event
        return
    for start in range(0, len(data), MAX_MESSAGE_BYTES):
        yield LogEvent(data[start : start + MAX_MESSAGE_BYTES].decode("utf-8", "ignore"), event.time)
