"""Cuts what a function writes into log messages: lines of text, and the runtime client's framed messages.

`awslambdaric` writes the messages of Python's logging as frames (its `FramedTelemetryLogSink`): four bytes of type
that begin with A5 5A 00, four bytes of length, eight bytes of time in microseconds, then the message. Everything else
is text, one message for each line. https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html
"""

from collections.abc import Iterator
from dataclasses import dataclass

FRAME_START = b"\xa5\x5a\x00"  # never part of UTF-8 text
HEADER = 16


@dataclass(frozen=True)
class Message:
    """One log event; `time` is None for text, which carries none, otherwise milliseconds since 1970."""

    text: str
    time: int | None = None


class OutputParser:
    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are complete with `data`."""
        self._buffer += data
        while True:
            start = self._buffer.find(FRAME_START)
            yield from self._lines(len(self._buffer) if start < 0 else start, whole=start >= 0)
            if start < 0 or (frame := self._frame()) is None:
                return
            yield frame

    def finish(self) -> Iterator[Message]:
        """What is left when the process has ended: text without an end of line, or a frame's beginning."""
        if self._buffer.startswith(FRAME_START):
            del self._buffer[:HEADER]
        yield from self._lines(len(self._buffer), whole=True)

    def _lines(self, stop: int, *, whole: bool) -> Iterator[Message]:
        """Takes the lines before `stop`; a last one without an end of line only when it is `whole`."""
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
