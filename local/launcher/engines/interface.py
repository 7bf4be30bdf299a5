"""What the launcher asks of an engine: everything above it is the same in both modes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from local.launcher.errors import ExpectedError


class EngineError(ExpectedError):
    """What cannot be run; the message says what and why, and where its log is."""


@dataclass(frozen=True)
class State:
    """Of one process or container: `text` and `since` as the engine words them."""

    running: bool
    well: bool
    text: str
    since: str


class Engine(Protocol):
    """Of one stack. Every `start_` and `stop_` does nothing where it is done already; all raise `EngineError`."""

    preparation: str
    """What `prepare` does, for the user."""

    emulator_sources: tuple[str, ...]
    """Files that, beside the extension's, make the emulator start anew when they are edited."""

    def prepare(self) -> str:
        """Everything that the processes need; returns a note for the user, or ''."""

    def claim_ports(self) -> None:
        """Raises `PortsError` where the stack does not run and its ports cannot be had."""

    def is_up(self) -> bool:
        """Whether anything of the stack runs."""

    def is_outdated(self) -> bool:
        """Whether what runs was started under another environment or configuration than this command would use."""

    def start_postgres(self) -> None:
        """Returns when it answers."""

    def start_emulator(self) -> None:
        """Returns at once: whoever asks it waits until it answers."""

    def emulator_runs(self) -> bool: ...

    def stop_emulator(self) -> None:
        """It saves what it holds, and loads that at its next start."""

    def forget_emulator(self) -> None:
        """End it and drop what it has saved: it begins anew."""

    def renew_emulator(self) -> None:
        """Have the edited plug-ins run: what runs is stopped, and `start_emulator` starts them."""

    def start_agents(self) -> None:
        """Those that run the tasks of ECS."""

    def renew_agents(self) -> Iterator[str]:
        """With the edited service, one after another; goes on when the caller does. Gives their names."""

    def states(self) -> dict[str, State]: ...

    def log_tail(self, name: str, lines: int) -> tuple[str, list[str]]:
        """Where the log of a process is, and its last lines."""

    def kill_task(self, address: str, port: int) -> str:
        """End the task at that address as a crash would; returns what was killed. Raises `LookupError`."""

    def taken_ports(self) -> list[int]:
        """Those of the stack's ports on which something listens."""

    def stop(self) -> None:
        """End every process in order. What they hold is saved, and `start_` brings it back."""

    def stop_all(self) -> list[str]:
        """End and remove everything of the stack; returns what had to be ended besides."""
