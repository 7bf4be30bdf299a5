"""Divides a function's output into log messages: lines of text, and the runtime client's framed messages.

`awslambdaric` writes the messages of Python's logging as frames (its `FramedTelemetryLogSink`): 4 bytes of type
that begin with A5 5A 00, 4 bytes of length, 8 bytes of time in microseconds, then the message. All other output is
text, one message for each line. https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

FRAME_START = b"\xa5\x5a\x00"  # never part of UTF-8 text
HEADER = 16


@dataclass(frozen=True)
class Message:
    """Holds one log event. `time` is in milliseconds since 1970. It is None for text, which has no time."""

    text: str
    time: int | None = None


class OutputParser:
    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Yields the messages that `data` completes."""
        self._buffer += data
        while True:
            start = self._buffer.find(FRAME_START)
            yield from self._lines(len(self._buffer) if start < 0 else start, whole=start >= 0)
            if start < 0 or (frame := self._frame()) is None:
                return
            yield frame

    def finish(self) -> Iterator[Message]:
        """Yields the rest after the process has ended: text without an end of line, or the beginning of a frame."""
        if self._buffer.startswith(FRAME_START):
            del self._buffer[:HEADER]
        yield from self._lines(len(self._buffer), whole=True)

    def _lines(self, stop: int, *, whole: bool) -> Iterator[Message]:
        """Yields the lines before `stop`. A last line without an end of line is included if it is `whole`."""
        if not whole:
            stop = self._buffer.rfind(b"\n", 0, stop) + 1
        text = bytes(self._buffer[:stop])
        del self._buffer[:stop]
        if text:
            for line in text.removesuffix(b"\n").split(b"\n"):
                yield Message(line.decode("utf-8", "replace"))

    def _frame(self) -> Message | None:
        if len(self._buffer) < HEADER:
            return None
        length = int.from_bytes(self._buffer[4:8], "big")
        if len(self._buffer) < HEADER + length:
            return None
        time = int.from_bytes(self._buffer[8:16], "big") // 1000
        text = bytes(self._buffer[HEADER : HEADER + length]).decode("utf-8", "replace")
        del self._buffer[: HEADER + length]
        return Message(text.rstrip("\n"), time)
