"""Finds the owner of a port that a stack wants: another stack of this clone, or a program."""

import psutil

from local.launcher import marks, record
from local.launcher.errors import ExpectedError
from local.launcher.hints import make
from local.launcher.settings import Settings


class PortsError(ExpectedError):
    """The stack cannot have its ports. The message says who has them and what to do."""


def refuse_shared(settings: Settings) -> None:
    """Raises `PortsError` if another stack of this clone has one of the ports. A stopped stack keeps its ports."""
    for name, ports in record.holders(settings).items():
        listed = ", ".join(map(str, ports))
        raise PortsError(
            f"port {listed} belongs to the stack {name!r}: choose another, as in "
            f"`{make('up', settings.name, PORT=_next_free(settings))}`, or run `{make('down', name)}`"
        )


def refuse_taken(settings: Settings, taken: list[int]) -> None:
    """Raises a `PortsError` that says who listens on the ports `taken`."""
    if not taken:
        return
    if record.read(settings):
        remedy = f"End that program, or run `{make('down', settings.name)}` and choose another PORT"
    else:
        remedy = f"Choose others, as in `{make('up', settings.name, PORT=_next_free(settings))}`"
    listed = ", ".join(map(str, taken))
    raise PortsError(f"ports {listed} are taken by another program: {described(taken)}. {remedy}")


def described(ports: list[int]) -> str:
    """Returns the ports, each with the process that listens on it if this user may see the process."""
    listening = {
        entry.laddr.port: entry.pid  # type: ignore[union-attr]  # empty only for sockets that are not bound
        for entry in psutil.net_connections("tcp")
        if entry.status == psutil.CONN_LISTEN and entry.pid
    }
    return ", ".join(f"{port}{_process(listening.get(port))}" for port in ports)


def _process(pid: int | None) -> str:
    if pid is None:
        return ""
    try:
        process = psutil.Process(pid)
        folder = marks.folder_of(process.environ())
        return f" ({process.name()}, process {pid}{f', of the stack in {folder}' if folder else ''})"
    except (psutil.AccessDenied, psutil.NoSuchProcess, psutil.ZombieProcess):
        return f" (process {pid})"


def _next_free(settings: Settings) -> int:
    """Returns the next port whose range belongs to no stack of this clone."""
    taken = {port for other in record.others(settings) for port in other.ports}
    port = settings.port + 100
    while taken.intersection(range(port, port + len(settings.ports))):
        port += 100
    return port
