"""Starts an agent of its own for each task whose image the settings map to a process of this machine.

The agent is a child process of this LocalStack. It takes one task and ends after it. The kernel sends it SIGTERM when
LocalStack ends.
"""

import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

from localstack_dockerless.services.ecs.agent.child import set_death_signal
from localstack_dockerless.services.ecs.images import Images, Process
from localstack_dockerless.services.ecs.model import Slot
from localstack_dockerless.state import addresses

ADDRESS = "127.0.0.1"
AGENT = Path(__file__).parent / "agent" / "agent.py"


class MappedAgents:
    """Starts the agents. It implements `Hosts`."""

    def __init__(self, images: Images) -> None:
        self._images = images
        self._started: list[subprocess.Popen[bytes]] = []

    def process(self, image: str) -> Process | None:
        return self._images.find(image)

    def address(self) -> tuple[str, int]:
        with socket.socket() as probe:
            probe.bind((ADDRESS, 0))
            port: int = probe.getsockname()[1]
            return ADDRESS, port

    def start(self, slot: Slot, process: Process) -> None:
        self._started = [agent for agent in self._started if agent.poll() is None]  # reaps the ended ones
        self._started.append(
            subprocess.Popen(
                [
                    *(sys.executable, str(AGENT), "--once", "--emulator", f"http://{ADDRESS}:{addresses.gateway()}"),
                    *("--instance", slot.instance, "--group", slot.group, "--address", slot.address),
                    *("--port", str(slot.port), "--cwd", process.directory, "--"),
                    *(process.entry_point + process.command),
                ],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                preexec_fn=partial(set_death_signal, signal.SIGTERM),  # noqa: PLW1509 -- one system call, no lock
            )
        )
