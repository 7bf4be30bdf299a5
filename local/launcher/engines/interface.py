"""Defines the interface of an engine. The code above it is the same in all modes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from local.launcher.errors import ExpectedError


class EngineError(ExpectedError):
    """A process or container cannot be run. The message says which, why, and where its log is."""


@dataclass(frozen=True)
class State:
    """Describes the state of one process or container. `text` and `since` are the engine's own words."""

    running: bool
    well: bool
    text: str
    since: str


class Engine(Protocol):
    """Runs the processes of one stack. A `start_` or `stop_` that is done already does nothing.

    All methods raise `EngineError`.
    """

    preparation: str
    """This is the name of the step `prepare`, for the user."""

    emulator_sources: tuple[str, ...]
    """An edit of these files, or of the plug-ins, restarts the emulator."""

    def prepare(self) -> str:
        """Prepares everything that the processes need. Returns a note for the user, or ''."""

    def claim_ports(self) -> None:
        """Raises `PortsError` if the stack does not run and its ports are taken."""

    def is_up(self) -> bool:
        """Returns whether any process of the stack runs."""

    def is_outdated(self) -> bool:
        """Returns whether the processes run with another environment or configuration than this command would use."""

    def start_postgres(self) -> None:
        """Starts Postgres and waits until it answers."""

    def start_emulator(self) -> None:
        """Starts the emulator and returns at once. The caller waits until it answers."""

    def emulator_runs(self) -> bool: ...

    def stop_emulator(self) -> None:
        """Stops the emulator, which saves its state and loads it at its next start."""

    def forget_emulator(self) -> None:
        """Ends the emulator and deletes its saved state. Its next start is empty."""

    def renew_emulator(self) -> None:
        """Stops the emulator, so that `start_emulator` starts it with the edited plug-ins."""

    def start_agents(self) -> None:
        """Starts the agents, which run the tasks of ECS."""

    def renew_migrations_agent(self) -> None:
        """Makes the agent of the migrations run the edited service."""

    def renew_agents(self) -> Iterator[str]:
        """Restarts the agents one after another, so that they run the edited service.

        Yields each agent's name, and continues when the caller asks for the next one.
        """

    def start_console(self) -> None:
        """Starts the console, if this engine runs it."""

    def states(self) -> dict[str, State]: ...

    def log_tail(self, name: str, lines: int) -> tuple[str, list[str]]:
        """Returns the place of a process's log, and its last lines."""

    def kill_task(self, address: str, port: int) -> str:
        """Ends the task at that address like a crash. Returns the name of the killed process or container.

        Raises `LookupError` if no task has that address.
        """

    def taken_ports(self) -> list[int]:
        """Returns the stack's ports on which a program listens."""

    def stop(self) -> None:
        """Ends every process in order. Their state is saved, and the `start_` methods bring it back."""

    def stop_all(self) -> list[str]:
        """Ends and removes everything of the stack. Returns the leftover processes that it also ended."""
