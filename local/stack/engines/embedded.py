"""Processes under a supervisor, on loopback ports of their own; Postgres from a wheel."""

import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator

import psutil

from local.stack import processes, programs
from local.stack.engines.interface import EngineError, State
from local.stack.processes import ProcessError
from local.stack.settings import EMULATOR, POSTGRES, REPOSITORY, Settings


class Embedded:
    """See `Engine`."""

    preparation = "Supervisor"
    emulator_sources: tuple[str, ...] = ()

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def prepare(self) -> str:
        settings = self._settings
        if processes.is_up(settings):
            return ""
        processes.stop_all(settings)  # what a killed supervisor left
        taken = self.taken_ports()
        if taken:
            listed = ", ".join(map(str, taken))
            raise EngineError(f"ports {listed} are taken by something else: choose others, as in `make up PORT=4666`")
        password = processes.password_file(settings)
        if not password.exists():
            password.touch(mode=0o600)
            password.write_text(f"127.0.0.1:{settings.postgres_port}:*:postgres:{secrets.token_urlsafe(24)}\n")
        processes.start_supervisor(settings)
        return ""

    def is_up(self) -> bool:
        return processes.is_up(self._settings)

    def start_postgres(self) -> None:
        settings = self._settings
        data = settings.directory / "postgres"
        if not (data / "PG_VERSION").exists():
            shutil.rmtree(data, ignore_errors=True)  # of an initdb that was interrupted
            password = processes.password_file(settings).read_text().strip().rsplit(":", 1)[1]
            script = f"from local.stack.run_postgres import *; initialise(Path({str(data)!r}), input())"
            done = subprocess.run(
                [sys.executable, "-c", script],
                input=password,
                check=False,
                capture_output=True,
                text=True,
                cwd=REPOSITORY,
                env=programs.environment(settings),
            )
            if done.returncode != 0:
                raise EngineError(f"Postgres: {done.stderr}")
        processes.start(settings, POSTGRES)
        processes.wait_for_port(settings, settings.postgres_port, POSTGRES, 30)

    def start_emulator(self) -> None:
        processes.start(self._settings, EMULATOR)

    def stop_emulator(self) -> None:
        processes.stop(self._settings, EMULATOR)

    def start_agents(self) -> None:
        for name in processes.agent_names(self._settings):
            processes.start(self._settings, name)

    def renew_agents(self) -> Iterator[str]:
        for name in processes.agent_names(self._settings):
            processes.stop(self._settings, name)
            processes.start(self._settings, name)
            yield name

    def states(self) -> dict[str, State]:
        return {
            name: State(
                running=info["statename"] in ("RUNNING", "STARTING"),
                well=info["statename"] == "RUNNING",
                text=info["statename"],
                since=info["description"],
            )
            for name, info in processes.states(self._settings).items()
        }

    def log_tail(self, name: str, lines: int) -> tuple[str, list[str]]:
        path = processes.log_of(self._settings, name)
        if not path.exists():
            return str(path), ["(none yet)"]
        return str(path), path.read_text(errors="replace").splitlines()[-lines:]

    def kill_task(self, address: str, port: int) -> str:
        """SIGKILL to the service process that listens on `port`."""
        if address != "127.0.0.1" or port not in self._settings.service_ports:
            raise LookupError(f"{address}:{port} is no task slot of stack {self._settings.name}")
        for connection in psutil.net_connections("tcp4"):
            if connection.status != psutil.CONN_LISTEN or not connection.pid:
                continue
            _, listening = connection.laddr  # type: ignore[misc]  # empty only for sockets that are not bound
            if listening == port:
                psutil.Process(connection.pid).kill()
                return f"process {connection.pid}"
        raise LookupError(f"nothing listens on port {port}")

    def taken_ports(self) -> list[int]:
        return processes.taken_ports(self._settings.ports)

    def stop_all(self) -> list[str]:
        try:
            strays = processes.stop_all(self._settings)
        except ProcessError as error:
            raise EngineError(str(error)) from None
        shutil.rmtree(processes.runtime_directory(self._settings), ignore_errors=True)
        return [f"process {pid}" for pid in strays]
