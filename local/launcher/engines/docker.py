"""Runs the containers of `docker-compose.yml`, with `docker compose` or the older `docker-compose`."""

import secrets
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from artifacts import user_shell
from local.launcher import ports, processes
from local.launcher.engines import docker_commands
from local.launcher.engines.docker_commands import compose_command
from local.launcher.engines.interface import EngineError, State
from local.launcher.files import write_whole
from local.launcher.settings import EMULATOR, INSTANCES, MIGRATIONS, POSTGRES, REPOSITORY, Settings

INGESTION = "ingestion"
ENVIRONMENT_FILE = "compose.env"
POSTGRES_IMAGE = "postgres:18-trixie"
BASE_IMAGES = ("python:3.13-slim-trixie", POSTGRES_IMAGE)
_HEALTHY_SECONDS = 300
_FIELDS = ("ID", 'Label "com.docker.compose.service"', 'Label "com.docker.compose.container-number"', "State", "Status")


@dataclass(frozen=True)
class Container:
    """Describes a container of the stack. `state` and `status` are the words of `docker ps`."""

    id: str
    service: str
    number: str
    state: str
    status: str

    @property
    def name(self) -> str:
        return f"{self.service}-{self.number}" if self.service == INGESTION else self.service


class Docker:
    """Implements `Engine` with containers."""

    preparation = "Container images"
    emulator_sources: tuple[str, ...] = ("local/Dockerfile", "docker-compose.yml")

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._project = f"energy-{settings.name}"
        self._log = settings.logs / "docker-compose.log"

    @staticmethod
    def answers() -> bool:
        """Returns whether a Docker engine answers this user."""
        return shutil.which("docker") is not None and docker_commands.run("info").returncode == 0

    @staticmethod
    def missing() -> str:
        """Returns the reason why docker mode cannot run on this machine, or ''. It may pull the base images."""
        if not Docker.answers():
            return "no Docker engine answers (`docker info`): start one, or use MODE=embedded"
        if not compose_command():
            return "neither `docker compose` nor `docker-compose` is installed: install one, or use MODE=embedded"
        absent = [f"{image} ({why})" for image in BASE_IMAGES if (why := docker_commands.pull(image))]
        if not absent:
            return ""
        return (
            f"no base image: {', '.join(absent)}. Give the engine access to its registry, "
            "load the images with `docker load`, or run without containers: MODE=embedded"
        )

    def prepare(self) -> str:
        self._settings.logs.mkdir(parents=True, exist_ok=True)
        self._write_environment()
        self._refuse_anothers()
        self.claim_ports()
        self._compose("build", EMULATOR, INGESTION)  # the migrations have the image of the service
        return ", ".join(f"{name} {self._image_size(name)}" for name in ("energy-localstack", "energy-service"))

    def claim_ports(self) -> None:
        if not self.is_up():
            ports.refuse_taken(self._settings, self.taken_ports())

    def is_outdated(self) -> bool:
        return False  # Compose replaces a container whose configuration has changed

    def is_up(self) -> bool:
        return any(container.state not in ("created", "exited") for container in self._containers())

    def start_postgres(self) -> None:
        self._compose("up", "-d", "--no-deps", "--no-build", POSTGRES)
        deadline = time.monotonic() + _HEALTHY_SECONDS
        while not any("(healthy)" in c.status for c in self._containers(POSTGRES)):
            if time.monotonic() > deadline:
                _, said = self.log_tail(POSTGRES, 20)
                raise EngineError("Postgres did not become healthy:\n" + "\n".join(said))
            time.sleep(0.2)

    def start_emulator(self) -> None:
        self._compose("up", "-d", "--no-deps", "--no-build", EMULATOR)

    def emulator_runs(self) -> bool:
        return any(container.state == "running" for container in self._containers(EMULATOR))

    def stop_emulator(self) -> None:
        self._compose("stop", EMULATOR)

    def forget_emulator(self) -> None:
        self._compose("rm", "--stop", "--force", EMULATOR)
        if volume := self._left("volume", f"label=com.docker.compose.volume={EMULATOR}"):
            self._call("volume", "rm", *volume)

    def renew_emulator(self) -> None:
        self.stop_emulator()

    def start_agents(self) -> None:
        # running containers keep running: `renew_agents` replaces them one after another
        scale = f"--scale={INGESTION}={max(INSTANCES, len(self._containers(INGESTION)))}"
        self._compose("up", "-d", "--no-deps", "--no-build", "--no-recreate", scale, INGESTION, MIGRATIONS)

    def renew_migrations_agent(self) -> None:
        self._compose("up", "-d", "--no-deps", "--no-build", "--force-recreate", MIGRATIONS)

    def renew_agents(self) -> Iterator[str]:
        old = self._containers(INGESTION)
        scale = f"--scale={INGESTION}={max(INSTANCES, len(old))}"
        for container in old:
            self._call("stop", "--time=60", container.id)
            self._call("rm", container.id)
            self._compose("up", "-d", "--no-deps", "--no-build", "--no-recreate", scale, INGESTION)
            yield container.name

    def start_console(self) -> None:
        """Does nothing, because `make console` runs the console on this machine."""

    def states(self) -> dict[str, State]:
        return {
            c.name: State(
                running=c.state == "running",
                well=c.state == "running" and "(unhealthy)" not in c.status,
                text=c.state.upper(),
                since=c.status,
            )
            for c in self._containers()
        }

    def log_tail(self, name: str, lines: int) -> tuple[str, list[str]]:
        for container in self._containers():
            if container.name == name:
                done = subprocess.run(
                    ["docker", "logs", f"--tail={lines}", container.id],
                    env=user_shell.docker(),
                    check=False,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
                return f"docker logs {container.id}", done.stdout.splitlines()
        return name, ["(no container)"]

    def kill_task(self, address: str, port: int) -> str:
        """Kills the container with that address and starts it again.

        Docker never restarts a container after `docker kill`, whatever its restart policy. So this method starts it, as
        ECS would place another task.
        """
        for container in self._containers(INGESTION):
            if address in self._addresses(container) and container.state == "running":
                self._call("kill", container.id)
                self._call("start", container.id)
                return f"container {container.id}"
        raise LookupError(f"no running task of stack {self._settings.name} has the address {address}:{port}")

    def taken_ports(self) -> list[int]:
        return processes.taken_ports([self._settings.port, self._settings.postgres_port])

    def stop(self) -> None:
        """Stops LocalStack first. It saves the tasks as running, and finds out at its next start that they ended."""
        for service in (EMULATOR, INGESTION, MIGRATIONS, POSTGRES):
            self._compose("stop", service)

    def stop_all(self) -> list[str]:
        if not Docker.answers() or not compose_command():
            return []
        if self._containers() or self._left("network") or self._left("volume"):
            self._refuse_anothers()
            self._compose("down", "--volumes", "--remove-orphans", "--timeout=180")
        left = [f"{kind} {name}" for kind in ("network", "volume") for name in self._left(kind)]
        left += [f"container {c.name}" for c in self._containers()]
        if left:
            raise EngineError(f"docker could not remove {', '.join(left)}; log: {self._log}")
        return []

    def _compose(self, *arguments: str) -> None:
        """Runs Docker Compose. Raises `EngineError` with the end of its output."""
        command = [*compose_command(), "-p", self._project, "-f", str(REPOSITORY / "docker-compose.yml"), *arguments]
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("a") as log:
            log.write(f"$ {' '.join(command)}\n")
            log.flush()
            done = subprocess.run(
                command,
                cwd=REPOSITORY,
                env=docker_commands.environment(arguments[0]) | self._variables(),
                check=False,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
        if done.returncode != 0:
            said = "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])
            raise EngineError(f"docker compose {arguments[0]} failed:\n{said}\nlog: {self._log}")

    def _variables(self) -> dict[str, str]:
        """Returns the variables of `docker-compose.yml`."""
        return {
            "COMPOSE_PROJECT_NAME": self._project,
            "PORT": str(self._settings.port),
            "POSTGRES_PORT": str(self._settings.postgres_port),
            "POSTGRES_PASSWORD": self._password(),
            "IMAGE_TAG": self._settings.name,
            "IAM_ENFORCEMENT": self._settings.iam_enforcement,
            "FAULTS": self._settings.faults,
            "EMULATOR_STACK": str(self._settings.directory),
        }

    def _write_environment(self) -> None:
        """Writes the variables into a file for the user's own commands: `docker compose --env-file <file> ...`."""
        content = "".join(f"{name}={value}\n" for name, value in self._variables().items())
        write_whole(self._settings.directory / ENVIRONMENT_FILE, content, mode=0o600)

    def _password(self) -> str:
        path = self._settings.directory / "postgres-password"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, secrets.token_hex(24), mode=0o600)
        return path.read_text()

    def _containers(self, service: str | None = None) -> list[Container]:
        template = "\t".join("{{." + field + "}}" for field in _FIELDS)
        label = f"label=com.docker.compose.project={self._project}"
        lines = self._call("ps", "--all", f"--filter={label}", f"--format={template}").splitlines()
        found = sorted((Container(*line.split("\t")) for line in lines), key=lambda each: (each.service, each.number))
        return [container for container in found if service in (None, container.service)]

    def _refuse_anothers(self) -> None:
        """Raises `EngineError` if another clone has a stack of this name."""
        for container in self._containers():
            label = '{{index .Config.Labels "com.docker.compose.project.working_dir"}}'
            home = self._call("inspect", f"--format={label}", container.id).strip()
            if Path(home) != REPOSITORY:
                raise EngineError(
                    f"a stack {self._settings.name!r} of {home} is up: choose another name, as in STACK=two"
                )

    def _addresses(self, container: Container) -> list[str]:
        template = "{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}"
        return self._call("inspect", f"--format={template}", container.id).split()

    def _left(self, kind: str, *filters: str) -> list[str]:
        label = f"label=com.docker.compose.project={self._project}"
        return self._call(kind, "ls", "--quiet", *(f"--filter={each}" for each in (label, *filters))).split()

    def _image_size(self, name: str) -> str:
        size = int(self._call("image", "inspect", "--format={{.Size}}", f"{name}:{self._settings.name}"))
        return f"{size / 1e6:.0f} MB"

    def _call(self, *arguments: str) -> str:
        done = docker_commands.run(*arguments)
        if done.returncode != 0:
            raise EngineError(f"docker {arguments[0]} failed: {done.stderr.strip()}")
        return done.stdout
