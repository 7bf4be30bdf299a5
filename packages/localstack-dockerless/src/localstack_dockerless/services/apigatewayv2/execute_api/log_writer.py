"""Writes access log lines to CloudWatch Logs in batches, from a thread of its own.

Only the end of the process waits for the thread: `stop` writes the remaining lines. A failed batch is retried. Lines
whose log group does not exist are lost, and their number is logged.
"""

import logging
import threading
from collections import deque
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple, Protocol

LOG = logging.getLogger(__name__)

_BATCH_EVENTS = 1_000  # far below PutLogEvents' 10,000, so that one call stays quick
_BATCH_BYTES = 1_000_000  # far below PutLogEvents' 10,000, so that one call stays quick
_EVENT_BYTES = 26
_LONGEST_LINE = 256 * 1024 - _EVENT_BYTES
_GATHER = 0.5  # seconds in which lines gather: each PutLogEvents takes processor time from the requests
_RETRY = 1.0  # seconds
_MOST_WAITING = 1_000_000  # lines


class Line(NamedTuple):
    """Holds one line: the log group's ARN, the stream, the time in milliseconds, the text."""

    group_arn: str
    stream: str
    timestamp: int
    message: str


class GroupMissingError(Exception):
    """The log group does not exist. Its lines cannot be delivered."""


class Deliver(Protocol):
    """Writes a batch to one stream, and makes the stream if it does not exist.

    Raises `GroupMissingError`, or any other error for a failure that may pass.
    """

    def __call__(self, group_arn: str, stream: str, lines: list[Line]) -> None: ...


class LogWriter:
    """Holds the queue of lines and the thread that delivers them."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._waiting: deque[Line] = deque()
        self._news = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def write(self, group_arn: str, stream: str, timestamp: int, message: str) -> None:
        """Queues a line and returns at once."""
        line = Line(group_arn, stream, timestamp, message[:_LONGEST_LINE])
        with self._news:
            if len(self._waiting) >= _MOST_WAITING:
                self._waiting.popleft()
                LOG.error("A line of the access log was dropped: %s are waiting to be written", _MOST_WAITING)
            self._waiting.append(line)
            if self._thread is None and not self._stopping:
                self._thread = threading.Thread(target=self._run, name="access-log-writer", daemon=True)
                self._thread.start()
            self._news.notify()
        if self._stopping:
            self._write_waiting()

    def stop(self) -> None:
        """Writes the queued lines and ends the thread. The callers of `write` write later lines themselves."""
        with self._news:
            self._stopping = True
            self._news.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=10)
        self._write_waiting()
        if self._waiting:
            LOG.error("%s lines of the access log could not be written before the end", len(self._waiting))

    def _run(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._waiting or self._stopping)
                if self._stopping:
                    return
                self._news.wait_for(lambda: self._stopping, timeout=_GATHER)
            if not self._write_waiting():
                with self._news:
                    self._news.wait_for(lambda: self._stopping, timeout=_RETRY)

    def _write_waiting(self) -> bool:
        """Delivers the queued lines. Returns False if some failed and are queued again."""
        with self._news:
            lines = list(self._waiting)
            self._waiting.clear()
        failed = [line for batch in _batches(lines) for line in self._deliver_batch(batch)]
        with self._news:
            self._waiting.extendleft(reversed(failed))
        return not failed

    def _deliver_batch(self, batch: list[Line]) -> list[Line]:
        """Delivers one batch. Returns the lines to retry."""
        group, stream = batch[0].group_arn, batch[0].stream
        try:
            self._deliver(group, stream, batch)
        except GroupMissingError as missing:
            LOG.error("%s lines of the access log are lost: the log group %s does not exist", len(batch), missing)
        except Exception:
            LOG.exception("%s lines of the access log could not be written to %s yet", len(batch), group)
            return batch
        return []


def _batches(lines: Iterable[Line]) -> Iterable[list[Line]]:
    """Yields the lines of each stream in time order, in batches within the bounds of PutLogEvents."""
    ordered = sorted(lines, key=lambda line: (line.group_arn, line.stream, line.timestamp))
    for _, of_stream in groupby(ordered, key=lambda line: (line.group_arn, line.stream)):
        batch: list[Line] = []
        size = 0
        for line in of_stream:
            length = len(line.message.encode()) + _EVENT_BYTES
            if batch and (len(batch) >= _BATCH_EVENTS or size + length > _BATCH_BYTES):
                yield batch
                batch, size = [], 0
            batch.append(line)
            size += length
        if batch:
            yield batch
