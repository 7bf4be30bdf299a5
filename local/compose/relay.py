"""Forwards ports of this container's loopback to other containers, so that the stack's addresses work here too.

Every address of the stack (the API, queues, presigned URLs) begins with http://127.0.0.1:<port>, and the launcher's
clients refuse all other addresses. Docker publishes these ports on the host's loopback. In this container the relay
does the same.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Iterable
from functools import partial

_CHUNK = 2**16
_RESET = struct.pack("ii", 1, 0)  # socket(7), SO_LINGER with no time: closing sends a reset

Address = tuple[str, int]


def listen(port: int) -> socket.socket:
    """Returns a socket that accepts connections to 127.0.0.1. Raises `OSError` if the port is taken."""
    return socket.create_server(("127.0.0.1", port), backlog=128)


def run(listeners: Iterable[tuple[socket.socket, Address]]) -> None:
    """Forwards each listener's connections to its address until the process ends."""
    asyncio.run(_serve(listeners))


async def _serve(listeners: Iterable[tuple[socket.socket, Address]]) -> None:
    running: set[asyncio.Task[None]] = set()
    servers = [await asyncio.start_server(partial(_accept, running, address), sock=sock) for sock, address in listeners]
    await asyncio.gather(*(server.serve_forever() for server in servers))


def _accept(
    running: set[asyncio.Task[None]], address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Forwards a connection in a task of its own. `running` holds the task: the event loop has only a weak reference.

    https://docs.python.org/3.13/library/asyncio-task.html#asyncio.create_task
    """
    task = asyncio.create_task(_forward(address, reader, writer))
    running.add(task)
    task.add_done_callback(running.discard)


async def _forward(address: Address, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Forwards a connection. If the target refuses or drops it, the client sees a reset, as without the relay."""
    try:
        target_reader, target_writer = await asyncio.open_connection(*address)
    except OSError:
        _reset(writer)
        return
    try:
        async with asyncio.TaskGroup() as both:
            both.create_task(_copy(reader, target_writer))
            both.create_task(_copy(target_reader, writer))
    except* OSError:
        _reset(writer)
        _reset(target_writer)
    for each in (writer, target_writer):
        each.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Copies until the input ends and passes the end on. The other direction may continue."""
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
    with contextlib.suppress(OSError):  # the other side has ended the connection already
        writer.write_eof()


def _reset(writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    writer.transport.abort()
