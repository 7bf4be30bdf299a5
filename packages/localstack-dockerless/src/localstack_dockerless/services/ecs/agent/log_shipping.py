"""Ships output lines to the emulator in small batches, in their order, from a thread of its own."""

import threading
import time
from collections import deque
from collections.abc import Callable
from urllib.error import HTTPError, URLError

Line = tuple[str, int, str]  # task, milliseconds since the epoch, text
Lines = tuple[tuple[int, str], ...]
"""Holds the lines of one task: milliseconds since the epoch, and the text."""

BATCH = 500
MOST_KEPT = 20_000  # lines while the emulator is out of reach; the oldest are dropped beyond it
MOST_CHARACTERS = 200_000  # in a batch; below CloudWatch Logs' 1 MiB in any encoding
EVERY = 0.3  # seconds


class LogShipper:
    """Queues lines and sends them. `send(task, lines)` posts lines, and raises `URLError` if it cannot."""

    def __init__(self, send: Callable[[str, Lines], None]) -> None:
        self._send = send
        self._lines: deque[Line] = deque(maxlen=MOST_KEPT)
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name="logs", daemon=True)
        self._thread.start()

    def add(self, task: str, text: str) -> None:
        """Queues a line. Empty lines are left out, because CloudWatch Logs takes no empty message."""
        if text:
            with self._lock:
                self._lines.append((task, time.time_ns() // 1_000_000, text))

    def flush(self) -> bool:
        """Sends the queued lines. Returns False if some could not be sent and are kept."""
        with self._sending:
            while batch := self._batch():
                try:
                    self._send(batch[0][0], tuple((moment, text) for _, moment, text in batch))
                except HTTPError as error:
                    if error.code != 404:  # 404: the task is of an earlier emulator; its log does not exist either
                        return False
                except (URLError, OSError):
                    return False
                self._sent(batch)
        return True

    def close(self) -> None:
        self._closed.set()
        self._thread.join(timeout=5)
        self.flush()

    def _run(self) -> None:
        while not self._closed.wait(EVERY):
            self.flush()

    def _batch(self) -> list[Line]:
        batch: list[Line] = []
        size = 0
        with self._lock:
            for line in self._lines:
                size += len(line[2])
                if batch and (line[0] != batch[0][0] or len(batch) == BATCH or size > MOST_CHARACTERS):
                    break
                batch.append(line)
        return batch

    def _sent(self, batch: list[Line]) -> None:
        with self._lock:
            for line in batch:  # the oldest lines may have been dropped meanwhile
                if self._lines and self._lines[0] is line:
                    self._lines.popleft()
