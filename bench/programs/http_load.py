"""Sends readings over kept connections. Each connection sends its next request as soon as it has an answer.

`python -m bench.programs.http_load PORTS CONNECTIONS SECONDS READINGS [FIRST POINTS]`: ports separated by commas,
`READINGS` in each request. Prints `{"requests", "seconds", "cpu_seconds", "first"}`. Requests are made beforehand but
for the metering point, so that on two cores as little as possible is taken from what is measured. That point is a
new one each time. With `FIRST` and `POINTS` it is one of the `POINTS` from `FIRST` on, in turn, whose stored readings
are all revised.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import uvloop

_NUMBER = b"000000000000000000"
_PATH = b"/v1/metering-points/%b/readings" % _NUMBER
BODIES = 16
LONGEST_ANSWER = 30.0


def body(seed: int, readings: int) -> bytes:
    """Returns the readings of yesterday's first quarter-hours, with all network parameters."""
    day = (datetime.now(UTC) - timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return json.dumps(
        {
            "readings": [
                {
                    "interval_start": (day + number * timedelta(minutes=15)).isoformat(),
                    "consumption_kwh": (seed * 7919 + number * 104729) % 5_000_000 / 1_000_000,
                    "average_voltage_v": 225 + (seed + number) % 1000 / 100,
                    "average_frequency_hz": 49.9 + (seed + number) % 20 / 100,
                    "voltage_drops": 0,
                    "down_time_seconds": 0,
                }
                for number in range(readings)
            ]
        }
    ).encode()


def request(content: bytes) -> bytes:
    """Returns a POST with 2 placeholders for the metering point."""
    head = (
        b"POST %b HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n"
        b"x-billing-metering-point: %b\r\nx-interval-minutes: 15\r\nx-supply: /\r\ncontent-length: %d\r\n\r\n"
    )
    return head % (_PATH, _NUMBER, len(content)) + content


@dataclass
class Count:
    """The counts of all connections together. `until` is a time of `time.perf_counter`."""

    until: float
    open: int
    first: int
    points: int = 10**6
    requests: int = 0
    sent: int = 0
    shift: int = 0
    failure: str = ""


class Connection(asyncio.Protocol):
    def __init__(self, requests: list[bytes], count: Count, done: asyncio.Event) -> None:
        self._requests = requests
        self._count = count
        self._done = done
        self._received = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, content = self._received.partition(b"\r\n\r\n")
        if not end or len(content) < _length(head):
            return
        if b" 200 " not in head[:16]:
            self._count.failure = self._received.decode(errors="replace")
        self._received = b""
        self._count.requests += 1
        if self._count.failure or time.perf_counter() > self._count.until:
            self._transport.close()
        else:
            self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        self._count.failure = self._count.failure or (repr(exc) if exc else "")
        self._count.open -= 1
        if not self._count.open:
            self._done.set()

    def _send(self) -> None:
        turn, point = divmod(self._count.sent, self._count.points)
        self._count.sent += 1
        # The other values of each turn make it a revision. `shift` is 1 where an earlier load has stored the points.
        template = self._requests[(point + turn + self._count.shift) % len(self._requests)]
        self._transport.write(template.replace(_NUMBER, b"%018d" % (self._count.first + point)))


def _length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])


async def load(ports: list[int], connections: int, seconds: float, readings: int, points: range | None) -> Count:
    """Keeps `connections` busy for `seconds`. `Count.failure` is the first answer other than 200.

    With `points` it revises their readings. Without, each request is for a new metering point.
    """
    requests = [request(body(seed, readings)) for seed in range(BODIES)]
    until = time.perf_counter() + seconds
    if points is None:
        # These numbers have 18 digits, and no earlier run had them.
        first = 100_000_000_000_000_000 + int(time.time() * 1000) % 10**11 * 10**6
        count = Count(until, connections, first)
    else:
        count = Count(until, connections, points.start, len(points), shift=1)
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    for index in range(connections):
        port = ports[index % len(ports)]
        await loop.create_connection(lambda: Connection(requests, count, done), "127.0.0.1", port)
    async with asyncio.timeout(seconds + LONGEST_ANSWER):
        await done.wait()
    return count


def main(ports: str, connections: str, seconds: str, readings: str, *points: str) -> int:
    started, cpu = time.perf_counter(), time.process_time()
    stored = range(int(points[0]), int(points[0]) + int(points[1])) if points else None
    count = uvloop.run(load([*map(int, ports.split(","))], int(connections), float(seconds), int(readings), stored))
    taken = {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu, "first": count.first}
    sys.stdout.write(json.dumps({"requests": count.requests, **taken}))
    sys.stderr.write(count.failure)
    return int(bool(count.failure))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
