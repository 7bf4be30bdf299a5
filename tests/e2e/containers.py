"""The stack's containers, as `docker` tells of them. Only tests of what containers are and suffer use it."""

import json
import os
import subprocess
from dataclasses import dataclass
from typing import Any

from local.launcher.engines.docker import ENVIRONMENT_FILE
from local.launcher.engines.docker_commands import compose_command
from local.launcher.settings import REPOSITORY
from local.observe.running import RunningStack

# Makes the other processes of its container the ones that the kernel ends first, then takes memory until it does.
_HOG = """
import os
for name in filter(str.isdigit, os.listdir("/proc")):
    if int(name) != os.getpid():
        try:
            open(f"/proc/{name}/oom_score_adj", "w").write("1000")
        except OSError:
            pass
taken = []
while True:
    taken.append(bytearray(16 * 2**20))
"""


@dataclass(frozen=True)
class Container:
    id: str
    service: str

    def inspect(self) -> dict[str, Any]:
        (description,) = json.loads(_docker("inspect", self.id))
        return dict(description)

    @property
    def address(self) -> str:
        (network,) = self.inspect()["NetworkSettings"]["Networks"].values()
        return str(network["IPAddress"])

    def kill(self) -> None:
        _docker("kill", self.id)

    def stop(self) -> None:
        """It gets as long to end as `docker-compose.yml` gives it."""
        _docker("stop", "--time=60", self.id)

    def start(self) -> None:
        _docker("start", self.id)

    def restart(self) -> None:
        _docker("restart", self.id)

    def use_up_memory(self) -> None:
        """Returns when the kernel has ended something."""
        subprocess.run(["docker", "exec", self.id, "python", "-c", _HOG], check=False, capture_output=True)


def containers(stack: RunningStack, service: str | None = None) -> list[Container]:
    """Those of the stack, running or not; of one service of `docker-compose.yml`."""
    project = f"label=com.docker.compose.project=energy-{stack.name}"
    label = '{{.ID}} {{.Label "com.docker.compose.service"}}'
    listed = _docker("ps", "--all", f"--filter={project}", f"--format={label}").splitlines()
    found = [Container(*line.split()) for line in listed]
    return [each for each in found if service in (None, each.service)]


def content(image: str) -> str:
    """A digest of the image's program, its packages and how it is started; the layers tell of when they were made."""
    command = "find /app /opt/service -type f ! -name '*.pyc' | sort | xargs sha256sum | sha256sum"
    files = _docker("run", "--rm", "--network=none", "--entrypoint=sh", image, "-c", command)
    (description,) = json.loads(_docker("image", "inspect", image))
    started = [
        description["Config"][name] for name in ("User", "Env", "Cmd", "Entrypoint", "WorkingDir", "Healthcheck")
    ]
    return files + json.dumps(started)


def remove_image(name: str) -> None:
    subprocess.run(["docker", "image", "rm", name], check=False, capture_output=True)


def scale(stack: RunningStack, count: int) -> None:
    """What docs/docker.md tells a user to do for more or fewer ingestion containers."""
    environment_file = stack.settings.directory / ENVIRONMENT_FILE
    command = [*compose_command(), "--env-file", str(environment_file), "up", "-d", "--no-deps", "--no-recreate"]
    command += ["--scale", f"ingestion={count}", "ingestion"]
    environment = {name: value for name, value in os.environ.items() if name not in ("PORT", "IMAGE_TAG")}
    done = subprocess.run(command, cwd=REPOSITORY, env=environment, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _docker(*arguments: str) -> str:
    done = subprocess.run(["docker", *arguments], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout
