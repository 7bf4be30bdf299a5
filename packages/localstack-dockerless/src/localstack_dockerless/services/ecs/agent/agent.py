"""Runs one ECS task slot: a task's process, when the emulator assigns a task to this address and port.

    python agent.py --emulator http://127.0.0.1:4566 --group service:NAME --address 127.0.0.1 --port 4568
        [--cwd DIRECTORY] [--instance ID] [--once] -- COMMAND...

COMMAND stands for the image: its entry point and its command. A task definition, or an override of RunTask, can name
another command. A group is `service:NAME` for the tasks of a service, and `family:NAME` for a task of RunTask. `*` in
it stands for any text.

The process gets PATH, LANG and the like, the environment of the task definition with resolved secrets, the variables of
ECS, and HOST and PORT of this slot. PORT is absent with the port 0. It gets nothing else of the agent's own
environment. AWS_ENDPOINT_URL leads its SDK to the emulator. AWS_CONTAINER_CREDENTIALS_FULL_URI leads it to the
credentials of the task's role. Its output goes to the task's CloudWatch log stream and to the agent's standard output.
SIGTERM drains: the target leaves its target groups, then the process is stopped, then the agent ends.
Standard library only: this file is also the entry point of a container without other packages.

`protocol.py` has the messages.
"""

import argparse
import signal
import socket
import sys
import time
import uuid
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[4]))  # for a run as a file, from any directory

from localstack_dockerless.services.ecs.agent.child import Child
from localstack_dockerless.services.ecs.agent.credentials_server import CredentialsServer
from localstack_dockerless.services.ecs.agent.emulator_link import CallInterruptedError, Wake, post
from localstack_dockerless.services.ecs.agent.health_checks import HealthChecks
from localstack_dockerless.services.ecs.agent.log_shipping import Lines, LogShipper
from localstack_dockerless.services.ecs.agent.protocol import (
    AgentState,
    Assignment,
    Credentials,
    CredentialsRequest,
    LogLines,
    Order,
    Report,
    decode,
    encode,
)

WAIT_SECONDS = 2.0  # the longest time that the emulator holds a call; also the heartbeat
RETRY_SECONDS = 1.0
PAUSE = 0.05  # between calls that the emulator does not hold
DRAIN_LIMIT = 10.0  # seconds; a leaving agent waits this long for the emulator to deregister its target


class Agent:
    """Repeats one exchange: it reports the running task, gets an order, and carries it out."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.url = f"{options.emulator.rstrip('/')}/_emulator/ecs/agents/{options.instance}"
        self.options = options
        self.child: Child | None = None
        self.health: HealthChecks | None = None
        self.reports: list[Report] = []
        self.sequence = 0
        self.given_up: list[HTTPConnection] = []
        self.connected = True
        self.leaving_since: float | None = None
        self.wake = Wake()
        self.shipper = LogShipper(self._send_lines)
        self.credentials: CredentialsServer | None = None  # made for the first task with a role

    def leave(self, _number: int, _frame: FrameType | None) -> None:
        """Handles SIGTERM and SIGINT."""
        if self.leaving_since is None:
            self.leaving_since = time.monotonic()
        self.wake.ring()

    def run(self) -> None:
        """Runs until it was told to leave and is drained. It stops the process on every way out."""
        say(f"slot {self.options.address}:{self.options.port} of group {self.options.group} is ready")
        try:
            while not self._step():
                pass
        finally:
            if self.child:
                self.child.kill()
                self._report_exit(self.child)
                self._exchange(wait=0)
            self.shipper.close()
            if self.credentials:
                self.credentials.close()

    def _step(self) -> bool:
        """Makes one exchange. Returns True when the agent has left."""
        self.wake.silence()
        if self.child and self.child.exited:
            self._report_exit(self.child)
        late = self.leaving_since is not None and time.monotonic() - self.leaving_since > DRAIN_LIMIT
        if self.child and self.leaving_since is not None and (late or not self.connected):
            self.child.begin_stop()
        try:
            answer = self._exchange(wait=WAIT_SECONDS)
        except CallInterruptedError as interruption:
            self.given_up.append(interruption.connection)
            return False
        if answer is not None:
            self._obey(answer)
        elif self.leaving_since is None or self.child:
            self.wake.wait(RETRY_SECONDS)
        gone = answer is None or answer.action == "leave" or late
        return self.leaving_since is not None and self.child is None and gone

    def _exchange(self, wait: float) -> Order | None:
        """Makes one call. None: the emulator is out of reach. Reports are kept until one call arrives."""
        sent = list(self.reports)
        self.sequence += 1
        state = AgentState(
            sequence=self.sequence,
            group=self.options.group,
            address=self.options.address,
            port=self.options.port,
            running=self.child.task if self.child else None,
            health=self.health.state if self.health else "UNKNOWN",
            once=self.options.once,
            stopping=self.child is not None and self.child.stopping,
            leaving=self.leaving_since is not None,
            reports=tuple(sent),
            wait_seconds=wait,
        )
        try:
            answer = decode(Order, post(self.url, encode(state), self.wake if wait else None))
        except (OSError, HTTPException, ValueError) as error:
            if self.connected:
                say(f"the call to the emulator at {self.options.emulator} failed ({error}); trying again")
            self.connected = False
            return None
        if not self.connected:
            say("the emulator answers again")
        self.connected = True
        del self.reports[: len(sent)]
        while self.given_up:
            self.given_up.pop().close()
        return answer

    def _send_lines(self, task: str, lines: Lines) -> None:
        post(f"{self.url}/logs", encode(LogLines(task, lines)))

    def _fetch_credentials(self, task: str) -> Credentials:
        return decode(Credentials, post(f"{self.url}/credentials", encode(CredentialsRequest(task))))

    def _aws_variables(self, task: Assignment) -> dict[str, str]:
        """Returns the variables that lead the process's SDK. Only the agent knows both addresses."""
        variables = {"AWS_ENDPOINT_URL": self.options.emulator.rstrip("/")}
        if task.credentials_id:
            self.credentials = self.credentials or CredentialsServer(self._fetch_credentials)
            address = self.credentials.serve(task.id, task.credentials_id)
            variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = address
        return variables

    def _obey(self, order: Order) -> None:
        wanted = order.task
        if order.action not in ("run", "idle"):
            self.wake.wait(PAUSE)
        elif self.child is None and wanted:
            self._start(wanted)
        elif self.child and (wanted is None or wanted.id != self.child.task):
            self.child.begin_stop()

    def _start(self, task: Assignment) -> None:
        command = task.command or self.options.command
        environment = {**task.environment, **self._aws_variables(task), **self._slot_variables()}
        try:
            self.child = Child(
                task.id,
                command,
                environment,
                self.options.cwd,
                stop_timeout=task.stop_timeout,
                on_line=self._line,
                on_exit=self.wake.ring,
            )
        except OSError as error:
            reason = f"CannotStartContainerError: {command[0]}: {error.strerror}"
            self.reports.append(Report(task.id, "STOPPED", reason=reason))
            self._end_after_task()
            return
        if task.health_check:
            self.health = HealthChecks(task.health_check, environment, self.options.cwd, self.wake.ring)
        say(f"task {task.id} runs as process {self.child.pid}")
        self.reports.append(Report(task.id, "RUNNING"))

    def _slot_variables(self) -> dict[str, str]:
        port = {"PORT": str(self.options.port)} if self.options.port else {}
        return {"HOST": self.options.address, **port}

    def _end_after_task(self) -> None:
        if self.options.once and self.leaving_since is None:
            self.leaving_since = time.monotonic()

    def _line(self, task: str, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
        self.shipper.add(task, text)

    def _report_exit(self, child: Child) -> None:
        code = child.finish()
        say(f"task {child.task} ended with exit code {code}")
        self.shipper.flush()
        self.reports.append(Report(child.task, "STOPPED", exit_code=code))
        self.child = None
        if self.health:
            self.health.end()
            self.health = None
        if self.credentials:
            self.credentials.forget()
        self._end_after_task()


def say(text: str) -> None:
    sys.stdout.write(f"[ecs-agent] {text}\n")
    sys.stdout.flush()


def own_address(emulator: str) -> str:
    """Returns this machine's address that the emulator can reach. A container does not know its own address."""
    parts = urlsplit(emulator)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((parts.hostname or "127.0.0.1", parts.port or 80))
        return str(probe.getsockname()[0])


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--emulator", required=True, help="the emulator's URL")
    parser.add_argument(
        "--group", default="service:*", help="the groups whose tasks to run: service:NAME, service:* or family:*"
    )
    parser.add_argument(
        "--address", help="the process's address; default: this machine's address on the way to the emulator"
    )
    parser.add_argument("--port", type=int, required=True, help="the process's port; 0 for tasks without one")
    parser.add_argument("--cwd", default=".", help="the process's working directory")
    parser.add_argument("--instance", default=uuid.uuid4().hex, help="this agent's own id")
    parser.add_argument("--once", action="store_true", help="end after the first task")
    parser.add_argument("command", nargs="+", help="the process to run, after --")
    options = parser.parse_args(arguments)
    options.address = options.address or own_address(options.emulator)
    return options


def main() -> None:
    agent = Agent(parse(sys.argv[1:]))
    signal.signal(signal.SIGTERM, agent.leave)
    signal.signal(signal.SIGINT, agent.leave)
    agent.run()


if __name__ == "__main__":
    main()
