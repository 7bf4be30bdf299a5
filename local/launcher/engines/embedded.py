"""Runs the processes under a supervisor, on loopback ports of their own. Postgres comes from a wheel."""

import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator

import psutil

from local.launcher import ports, processes, programs
from local.launcher.engines.interface import EngineError, State
from local.launcher.files import remove_folder, write_whole
from local.launcher.processes import ProcessError
from local.launcher.settings import CONSOLE, EMULATOR, MIGRATIONS, POSTGRES, REPOSITORY, Settings


class Embedded:
    """Implements `Engine` with processes."""

    preparation = "Supervisor"
    emulator_sources: tuple[str, ...] = ()

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def prepare(self) -> str:
        settings = self._settings
        if processes.is_up(settings):
            return ""
        self.claim_ports()
        password = processes.password_file(settings)
        if not password.exists():
            line = f"127.0.0.1:{settings.postgres_port}:*:postgres:{secrets.token_urlsafe(24)}\n"
            write_whole(password, line, mode=0o600)
        processes.start_supervisor(settings)
        return ""

    def claim_ports(self) -> None:
        if processes.is_up(self._settings):
            return
        processes.stop_all(self._settings)  # a killed supervisor may have left processes
        ports.refuse_taken(self._settings, self.taken_ports())

    def is_outdated(self) -> bool:
        return processes.is_up(self._settings) and processes.is_outdated(self._settings)

    def is_up(self) -> bool:
        return processes.is_up(self._settings)

    def start_postgres(self) -> None:
        settings = self._settings
        data = settings.directory / "postgres"
        if not data.exists():
            unfinished = data.with_name(f"{data.name}.new")  # only the rename marks a complete folder
            shutil.rmtree(unfinished, ignore_errors=True)
            password = processes.password_file(settings).read_text().strip().rsplit(":", 1)[1]
            script = f"from local.launcher.run_postgres import *; initialise(Path({str(unfinished)!r}), input())"
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
                raise EngineError(f"the data folder of Postgres could not be made: {done.stderr}")
            unfinished.rename(data)
        self._start(POSTGRES, settings.postgres_port)
        processes.wait_for_postgres(settings, data, 300)

    def start_emulator(self) -> None:
        self._start(EMULATOR, self._settings.port)

    def stop_emulator(self) -> None:
        processes.stop(self._settings, EMULATOR)

    def forget_emulator(self) -> None:
        self.stop_emulator()
        remove_folder(programs.saved_state(self._settings))

    def renew_emulator(self) -> None:
        self.stop_emulator()

    def emulator_runs(self) -> bool:
        return processes.is_up(self._settings) and processes.is_running(self._settings, EMULATOR)

    def start_agents(self) -> None:
        for name in (*processes.agent_names(self._settings), MIGRATIONS):
            processes.wait_while_stopping(self._settings, name)
            processes.start(self._settings, name)

    def renew_migrations_agent(self) -> None:
        """Does nothing: the agent starts the edited code with each task."""

    def renew_agents(self) -> Iterator[str]:
        for name in processes.agent_names(self._settings):
            processes.stop(self._settings, name)
            processes.start(self._settings, name)
            yield name

    def start_console(self) -> None:
        programs.console_token(self._settings)
        self._start(CONSOLE, self._settings.console_port)

    def states(self) -> dict[str, State]:
        return {
            name: State(
                running=alive and info["statename"] in ("RUNNING", "STARTING"),
                well=alive and info["statename"] == "RUNNING",
                text=info["statename"] if alive or info["statename"] not in ("RUNNING", "STARTING") else "ENDED",
                since=info["description"] if alive or info["statename"] != "RUNNING" else "just now",
            )
            for name, info in processes.states(self._settings).items()
            for alive in (processes.is_alive(info),)
        }

    def log_tail(self, name: str, lines: int) -> tuple[str, list[str]]:
        path = processes.log_of(self._settings, name)
        if not path.exists():
            return str(path), ["(none yet)"]
        return str(path), path.read_text(errors="replace").splitlines()[-lines:]

    def kill_task(self, address: str, port: int) -> str:
        """Sends SIGKILL to the service's process that listens on `port`."""
        if address != "127.0.0.1" or port not in self._settings.service_ports:
            raise LookupError(f"no task of the stack {self._settings.name!r} has the address {address}:{port}")
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

    def _start(self, name: str, port: int) -> None:
        """Starts a process. Refuses a taken port, because another program on it would look like the process."""
        processes.wait_while_stopping(self._settings, name)
        if not processes.is_running(self._settings, name):
            ports.refuse_taken(self._settings, processes.taken_ports([port]))
        processes.start(self._settings, name)

    def stop(self) -> None:
        """Stops LocalStack before the agents: it saves the tasks as running, and finds out later that they ended."""
        if processes.is_up(self._settings):
            known = processes.states(self._settings)  # a supervisor of an earlier version has no console
            for name in (CONSOLE, EMULATOR, *processes.agent_names(self._settings), MIGRATIONS, POSTGRES):
                if name in known:
                    processes.stop(self._settings, name)
        self.stop_all()

    def stop_all(self) -> list[str]:
        try:
            strays = processes.stop_all(self._settings)
        except ProcessError as error:
            raise EngineError(str(error)) from None
        shutil.rmtree(processes.runtime_directory(self._settings), ignore_errors=True)
        return [f"process {pid}" for pid in strays]
