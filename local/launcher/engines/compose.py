"""Works on the containers of `docker compose up` from the service `deploy`, which is one of them.

Compose starts, restarts and ends the containers. This container cannot reach Docker. So this engine starts nothing: it
waits for the containers, and names the command if only the host can act.
"""

import socket
import time
from collections.abc import Iterator

from local.launcher.engines.interface import EngineError, State
from local.launcher.settings import EMULATOR, MIGRATIONS, POSTGRES, Settings

INGESTION, TASK_PORT = "ingestion", 8000
"""The agents' service has this name. The task in each of its containers listens on this port."""

_POSTGRES_PORT = 5432  # in its container
_ANSWER_SECONDS, _START_SECONDS = 10, 300
_RENEW = "docker compose up -d --build"


class Compose:
    """Implements `Engine` for containers that Compose runs."""

    preparation = "Containers of docker compose"
    emulator_sources: tuple[str, ...] = ("local/Dockerfile",)

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @staticmethod
    def missing() -> str:
        """Returns the reason why this mode cannot run here, or '' in the service `deploy`."""
        if all(map(_addresses, (EMULATOR, POSTGRES))):
            return ""
        return "only the service `deploy` of docker-compose.yml has this mode: run `docker compose up` on the host"

    def prepare(self) -> str:
        self._settings.logs.mkdir(parents=True, exist_ok=True)
        return f"{len(_addresses(INGESTION))} for tasks"

    def claim_ports(self) -> None:
        """Does nothing, because Compose has published the ports."""

    def is_up(self) -> bool:
        return self.emulator_runs()

    def is_outdated(self) -> bool:
        return False

    def start_postgres(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(POSTGRES, _POSTGRES_PORT):
            if time.monotonic() > deadline:
                raise EngineError("Postgres does not answer: `docker compose logs postgres` shows the reason")
            time.sleep(0.2)

    def start_emulator(self) -> None:
        """Does nothing, because Compose has started LocalStack."""

    def emulator_runs(self) -> bool:
        return _answers(EMULATOR, self._settings.port)

    def stop_emulator(self) -> None:
        raise EngineError(f"only the host can stop LocalStack's container: `docker compose stop {EMULATOR}`")

    def forget_emulator(self) -> None:
        raise EngineError(
            "an earlier apply was interrupted, and LocalStack holds resources that are not in Terraform's state: "
            "`docker compose down --volumes` removes them, and `docker compose up` sets the stack up again"
        )

    def renew_emulator(self) -> None:
        """Prints the command for a new image. LocalStack then has a new session, and the keeper sets the stack up."""
        print(f"The plug-ins are in LocalStack's image: `{_RENEW} {EMULATOR}` runs the edited ones.")

    def start_agents(self) -> None:
        """Does nothing, because Compose has started the agents."""

    def renew_migrations_agent(self) -> None:
        """Does nothing: `renew_agents` prints the command for both images."""

    def renew_agents(self) -> Iterator[str]:
        """Prints the command for a new image. ECS replaces the task of a renewed container like an ended task."""
        print(
            f"The service is in the image of its containers: `{_RENEW} {MIGRATIONS} {INGESTION}` runs the edited one. "
            "Repeat this command then: it migrates the database before the edited service can serve."
        )
        yield from ()

    def start_console(self) -> None:
        """Does nothing, because the keeper of the service `deploy` starts the console."""

    def states(self) -> dict[str, State]:
        """Finds the running containers by their names: a name resolves only while its container runs."""
        tasks = {f"{INGESTION}-{n}": address for n, address in enumerate(_addresses(INGESTION), start=1)}
        return {
            POSTGRES: _state(POSTGRES, _POSTGRES_PORT),
            EMULATOR: _state(EMULATOR, self._settings.port),
            **{name: _state(address, TASK_PORT) for name, address in tasks.items()},
            MIGRATIONS: _state_without_port(MIGRATIONS),
        }

    def log_tail(self, name: str, lines: int) -> tuple[str, list[str]]:
        return f"docker compose logs --tail={lines} {name.partition('-')[0]}", []

    def kill_task(self, address: str, port: int) -> str:
        raise LookupError(f"only the host can kill a container: `docker kill` the one at {address}:{port}")

    def taken_ports(self) -> list[int]:
        return []

    def stop(self) -> None:
        raise EngineError("only the host can stop the containers: `docker compose stop`")

    def stop_all(self) -> list[str]:
        raise EngineError("only the host can end the containers: `docker compose down --volumes`")


def _state(host: str, port: int) -> State:
    running, answers = bool(_addresses(host)), _answers(host, port)
    return State(running, answers, "ANSWERS" if answers else "DOES NOT ANSWER", f"at {host}:{port}")


def _state_without_port(name: str) -> State:
    running = bool(_addresses(name))
    return State(running, running, "RUNS" if running else "DOES NOT RUN", f"as {name}")


def _addresses(name: str) -> list[str]:
    """Returns the addresses of a service's running containers."""
    try:
        found = socket.getaddrinfo(name, None, socket.AF_INET, socket.SOCK_STREAM)
    except OSError:
        return []
    return sorted({str(address[0]) for *_, address in found})


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=_ANSWER_SECONDS).close()
    except OSError:
        return False
    return True
