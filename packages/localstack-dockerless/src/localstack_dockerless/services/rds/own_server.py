"""Runs a Postgres of one instance's own: a data folder, a process, an address and a port.

Two DB instances of AWS are two servers. They can have databases, users and ports of the same names and numbers, and are
isolated. The first instance is on the stack's one server. Each other instance has a server of this module.
"""

import dataclasses
import logging
import secrets
import shutil
import signal
import subprocess
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg2
from localstack import config
from psycopg2 import sql

from localstack_dockerless.services.rds import programs
from localstack_dockerless.services.rds.addresses import free_address
from localstack_dockerless.services.rds.postgres import NotPossibleError, Server

LOG = logging.getLogger(__name__)

SUPERUSER = "rdsadmin"  # https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.MasterAccounts.html
MAINTENANCE = "rdsadmin"  # RDS's own database; the master user's is `postgres`
RESTART = 1.0  # seconds before a server that ended by itself is restarted
STOP = 30.0
START, RETRY = 60.0, 0.1


def folder_of(arn: str) -> Path:
    return root() / "instances" / arn.replace(":", "-")


def root() -> Path:
    return Path(config.dirs.var_libs) / "rds"


@dataclass
class OwnServer:
    """Runs the server between `start` and `stop`. `server()` returns its address and superuser.

    `major` is the major version of a new server. None is the version of `EMULATOR_POSTGRES_PROGRAMS`. An existing data
    folder has its own version.
    """

    arn: str
    port: int
    major: int | None = None
    folder: Path = field(init=False)
    address: str = field(init=False)
    process: subprocess.Popen[bytes] | None = None
    stopped: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self.folder = folder_of(self.arn)
        self.address = free_address(str(self.folder), self.port)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def server(self) -> Server:
        passwords = quote(str(self.folder / "pgpass"), safe="")
        url = f"postgresql://{SUPERUSER}@{self.address}:{self.port}/{MAINTENANCE}?passfile={passwords}"
        return Server(url, self.address, self.port, SUPERUSER)

    def prepare(self, copy: Path | None) -> None:
        """Makes the data folder, as a copy of the folder `copy` if it is given. A complete data folder is kept.

        Raises `NotPossibleError` with the error of Postgres' program.
        """
        if (self.folder / "pgpass").exists():
            return
        shutil.rmtree(self.folder, ignore_errors=True)  # of an emulator that ended before the folder was complete
        self.folder.mkdir(parents=True, mode=0o700)
        password = secrets.token_urlsafe(24)
        if copy:
            shutil.copytree(copy, self.data, symlinks=True)
            _make_superuser(self.data, password, version_of(self.data))
        else:
            _initialise(self.data, self.folder / "initial-password", password, self.major)
        passwords = self.folder / "pgpass"
        passwords.touch(mode=0o600)
        passwords.write_text(f"*:*:*:{SUPERUSER}:{password}\n")  # last: the folder is complete with this file

    def run(self) -> None:
        """Keeps the server running until `stop`. The process ends with the thread that calls this."""
        while not self.stopped.is_set():
            with (self.folder / "postgres.log").open("ab") as log:
                self.process = subprocess.Popen(
                    self._command(), env=programs.environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            code = self.process.wait()
            if not self.stopped.wait(RESTART):
                LOG.warning("The Postgres of %s ended with %s and is started again", self.arn, code)

    def start(self) -> None:
        """Runs the server in the background and waits until it answers. Raises `NotPossibleError`."""
        self.stopped.clear()
        threading.Thread(target=self.run, name="rds-server", daemon=True).start()
        deadline = time.monotonic() + START
        while True:
            try:
                return self.make_maintenance_database()
            except psycopg2.OperationalError as error:
                if time.monotonic() > deadline:
                    raise NotPossibleError(f"the server of {self.arn} does not start: {error}") from error
            time.sleep(RETRY)

    def make_maintenance_database(self) -> None:
        """Makes RDS's own database. Raises `psycopg2.OperationalError` until the server answers."""
        url = self.server().url.replace(f"/{MAINTENANCE}?", "/postgres?")
        with dataclasses.replace(self.server(), url=url).cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (MAINTENANCE,))
            if not cursor.fetchone():
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(MAINTENANCE)))

    def stop(self) -> None:
        self.stopped.set()
        process = self.process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)  # ends sessions
        try:
            process.wait(STOP)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def remove(self) -> None:
        """Stops the server and removes its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": self.address,
            "port": str(self.port),
            "unix_socket_directories": "",
            "timezone": "UTC",
            "shared_buffers": "32MB",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return programs.command("postgres", "-D", str(self.data), *options, major=version_of(self.data))


def version_of(data: Path) -> int | None:
    """Returns the major version of a data folder. None: it is the version of `EMULATOR_POSTGRES_PROGRAMS`.

    https://www.postgresql.org/docs/18/storage-file-layout.html
    """
    major = int((data / "PG_VERSION").read_text())
    return None if major == programs.default_version() else major


def _initialise(data: Path, password_file: Path, password: str, major: int | None) -> None:
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    try:
        programs.run(
            "initdb", "-D", str(data), "-U", SUPERUSER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C.UTF-8",
            f"--pwfile={password_file}", major=major,
        )  # fmt: skip
    finally:
        password_file.unlink()


def _make_superuser(data: Path, password: str, major: int | None) -> None:
    """Makes the superuser of the copy, which has its source's superuser: a new one is made without a login.

    https://www.postgresql.org/docs/18/app-postgres.html#APP-POSTGRES-SINGLE-USER
    """
    role = f"DO $$ BEGIN CREATE ROLE {SUPERUSER}; EXCEPTION WHEN duplicate_object THEN NULL; END $$"
    password_set = f"ALTER ROLE {SUPERUSER} SUPERUSER LOGIN PASSWORD '{password}'"
    programs.run("postgres", "--single", "-D", str(data), "postgres", lines=f"{role}\n{password_set}\n", major=major)
