"""Starts a bare LocalStack with this package: one process on a free port, nothing applied, no launcher."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

from dockerless_testing.emulator import OPERATOR, REGION, Emulator
from dockerless_testing.network import free_port
from dockerless_testing.programs import lambda_python, localstack_python, postgres_programs
from dockerless_testing.waiting import PATIENCE, wait_until
from localstack_dockerless.services.rds.run_program import end_with_parent

START_SECONDS, STOP_SECONDS = 90, 60
SOURCES = Path(__file__).parents[2] / "src"


@contextmanager
def bare_localstack(directory: Path, variables: Mapping[str, str]) -> Iterator[Emulator]:
    """Yields the running LocalStack. `directory` exists and gets its files and its log.

    The process gets `variables` beside those of `_environment`, and nothing of the shell. Raises
    `MissingProgramError` where no interpreter has LocalStack, `AssertionError` with the end of the log where it
    does not start.
    """
    process = LocalStackProcess(directory, variables, free_port())
    try:
        yield process.start()
    finally:
        process.end()


class LocalStackProcess:
    """Holds a LocalStack that can be ended and started again with the same files on the same port."""

    def __init__(self, directory: Path, variables: Mapping[str, str], port: int) -> None:
        self._directory, self._variables = directory, variables
        self.log = directory / "localstack.log"
        self.emulator = Emulator(f"http://127.0.0.1:{port}", variables.get("EMULATOR_POSTGRES_URL", ""))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Emulator:
        """Starts it and waits until it serves. Raises the errors of `bare_localstack`."""
        process = self._launch()
        waiting_for = f"LocalStack; its log is {self.log}"
        wait_until(lambda: _serves(self.emulator, process, self.log), START_SECONDS, waiting_for)
        return self.emulator

    def refused(self) -> tuple[int, str]:
        """Starts it and waits until it ends by itself. Returns its exit code and its log."""
        return self._launch().wait(START_SECONDS * PATIENCE), self.log.read_text(errors="replace")

    def end(self, sign: int = signal.SIGTERM) -> None:
        """Ends it with a signal, if it runs."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.send_signal(sign)
        try:
            process.wait(STOP_SECONDS * PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _launch(self) -> "subprocess.Popen[bytes]":
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [localstack_python(), "-m", "localstack.runtime.main"],
                env={**_environment(self._directory, self.emulator.url), **self._variables},
                cwd=self._directory,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,  # noqa: PLW1509 -- one system call, so that a killed pytest leaves nothing
            )
        return self._process


def of_everything(directory: Path, postgres_url: str, servers: tuple[str, ...] = ("mapped/*",)) -> dict[str, str]:
    """Returns the variables with which every service of the package works. Raises `MissingProgramError`.

    ECS runs the images whose name fits one of `servers` as `ecs_server.py`.
    """
    images = directory / "images.toml"
    server = json.dumps([sys.executable, str(Path(__file__).with_name("ecs_server.py"))])
    tables = [f"[[image]]\npattern = {json.dumps(pattern)}\ncommand = {server}\n" for pattern in servers]
    images.write_text("\n".join(tables), encoding="utf-8")
    return {
        "EMULATOR_ECS_IMAGES": str(images),
        "EMULATOR_LAMBDA_PYTHON": str(lambda_python()),
        "EMULATOR_POSTGRES_URL": postgres_url,
        "EMULATOR_POSTGRES_PROGRAMS": str(postgres_programs()),
        "EMULATOR_STACK": str(directory),
    }


def _environment(directory: Path, url: str) -> dict[str, str]:
    address = url.removeprefix("http://")
    home = directory / "home"
    home.mkdir(exist_ok=True)
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "TMPDIR": str(directory),
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        # The environment may be a link to another clone's, whose plug-ins are installed in it.
        "PYTHONPATH": str(SOURCES),
        "PYTHONNOUSERSITE": "1",
        "AWS_ACCESS_KEY_ID": OPERATOR["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": OPERATOR["SecretAccessKey"],
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "GATEWAY_LISTEN": address,
        "LOCALSTACK_HOST": address,
        "SQS_ENDPOINT_STRATEGY": "off",  # URLs of queues that need no DNS
        "OVERRIDE_IN_DOCKER": "0",  # where this machine is a container, LocalStack would share /tmp/localstack
        "FILESYSTEM_ROOT": str(directory / "files"),
        "DISABLE_EVENTS": "1",  # no usage report leaves the machine
        "SKIP_SSL_CERT_DOWNLOAD": "1",
        "DNS_ADDRESS": "0",
        "EAGER_SERVICE_LOADING": "0",
        "IN_MEMORY_CLIENT": "1",  # one service of LocalStack calls another without HTTP
        "LAMBDA_RUNTIME_EXECUTOR": "process",
        "PROVIDER_OVERRIDE_DYNAMODB": "moto",
    }


def _serves(emulator: Emulator, process: "subprocess.Popen[bytes]", log: Path) -> bool:
    if process.poll() is not None:
        end = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
        raise AssertionError(f"LocalStack ended with exit code {process.returncode}:\n{end}")
    try:
        return bool(emulator.get_json("/_localstack/init/ready")["completed"])
    except (URLError, ConnectionError, TimeoutError):
        return False
