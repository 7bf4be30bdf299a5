"""Sends the functions' log messages to CloudWatch Logs in their order. No invocation waits for its one thread.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
"""

import contextlib
import logging
import queue
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from localstack.runtime.events import infra_stopping

from localstack_dockerless.iam.role_clients import RoleClients
from localstack_dockerless.services.lambda_.log_batches import LogEvent, batches

LOG = logging.getLogger(__name__)
GATHER_SECONDS = 0.25
"""The messages of this time go into one call, after the answers.

With 0.05 s these calls took 10 % of LocalStack's processor time under steady load.
"""


@dataclass(frozen=True)
class LogStream:
    """Names a log stream. `role` and `function`: Lambda writes the log with the function's own role."""

    role: str
    function: str
    region: str
    group: str
    name: str


class LogDelivery:
    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[LogStream, LogEvent]] = queue.SimpleQueue()
        self._made: set[LogStream] = set()
        self._clients = RoleClients("lambda")
        threading.Thread(target=self._run, name="lambda-logs", daemon=True).start()

    def put(self, stream: LogStream, event: LogEvent) -> None:
        self._queue.put((stream, event))

    def _run(self) -> None:
        while True:
            items = [self._queue.get()]
            if infra_stopping.wait(GATHER_SECONDS):
                return  # the logs end with LocalStack, and a call now would keep LocalStack from ending
            while not self._queue.empty():
                items.append(self._queue.get())
            by_stream: dict[LogStream, list[LogEvent]] = {}
            for stream, event in items:
                by_stream.setdefault(stream, []).append(event)
            for stream, events in by_stream.items():
                try:
                    self._send(stream, events)
                except Exception:
                    LOG.exception("%d log events for %s were lost", len(events), stream)

    def _send(self, stream: LogStream, events: list[LogEvent]) -> None:
        client = self._clients.client("logs", stream.role, stream.function, stream.region)
        if stream not in self._made:
            _make_stream(client, stream)
            self._made.add(stream)
        for batch in batches(events):
            try:
                _put(client, stream, batch)
            except client.exceptions.ResourceNotFoundException:  # somebody has deleted the group or the stream
                _make_stream(client, stream)
                _put(client, stream, batch)


def _make_stream(client: Any, stream: LogStream) -> None:
    """Makes the stream, and its group if that is missing, as Lambda does with `logs:CreateLogGroup`.

    LocalStack's tests recorded that AWS does so again after somebody has deleted the group.
    """
    for attempt in range(2):
        try:
            client.create_log_stream(logGroupName=stream.group, logStreamName=stream.name)
        except client.exceptions.ResourceAlreadyExistsException:
            return
        except client.exceptions.ResourceNotFoundException:
            if attempt:
                raise
            with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
                client.create_log_group(logGroupName=stream.group)


def _put(client: Any, stream: LogStream, batch: Sequence[LogEvent]) -> None:
    client.put_log_events(
        logGroupName=stream.group,
        logStreamName=stream.name,
        logEvents=[{"timestamp": event.time, "message": event.text} for event in batch],
    )


@cache
def delivery() -> LogDelivery:
    """Returns the one delivery of this emulator. The first log message makes it."""
    return LogDelivery()
