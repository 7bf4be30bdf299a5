"""Provides the stack that the measures use. It starts when the first measure needs it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2.extensions import make_dsn
from psycopg2.sql import SQL, Composable, Identifier

from bench.roles import missing_roles
from local import shell
from local.commands.testing import free_settings
from local.launcher import processes, record
from local.launcher.engines.embedded import Embedded
from local.launcher.settings import REPOSITORY, Settings
from local.observe import running
from local.observe.running import NotRunningError, RunningStack

NAME = "bench"


class StackFailedError(Exception):
    """`make up` failed. The message has the end of its log."""


class World:
    """`quick` asks a measure for fewer rounds and less data."""

    def __init__(self, settings: Settings, *, quick: bool) -> None:
        self.quick = quick
        self._given = settings if os.environ.get("STACK") else None
        self._own = settings_of_own(settings)
        self._may_run = False

    def pick[T](self, full: T, quick: T) -> T:
        """Returns the value for this kind of run: `rounds = world.pick(7, quick=3)`."""
        return quick if self.quick else full

    def stack(self) -> RunningStack:
        """Returns the running stack that `STACK` names, or the benchmarks' own complete stack."""
        if self._given:
            try:
                return running.load(self._given.name)
            except NotRunningError:
                self._given = None
        self.make("up")
        return self.own_stack()

    def own_stack(self) -> RunningStack:
        """Returns the benchmarks' own stack as it is. Raises `NotRunningError` while it is not recorded."""
        return running.load(self._own.name)

    def postgres(self) -> str:
        """Returns the superuser's address of a Postgres: the stack's if it is up, or a separate one."""
        if self._given and processes.is_up(self._given):
            return processes.superuser_url(self._given)
        if not processes.is_up(self._own):
            self._may_run = True
            self._own.directory.mkdir(parents=True, exist_ok=True)
            engine = Embedded(self._own)
            engine.prepare()
            engine.start_postgres()
        return processes.superuser_url(self._own)

    def password(self) -> str:
        """Returns the address of the superuser of `postgres`."""
        given = self._given is not None and processes.is_up(self._given)
        settings = self._given if given and self._given else self._own
        return processes.password_file(settings).read_text().strip().rsplit(":", 1)[1]

    @contextmanager
    def database(self, name: str = "bench") -> Iterator[str]:
        """Yields the address of an empty database in `postgres` with the roles, and drops it at the end."""
        superuser = self.postgres()
        _execute(superuser, SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
        _execute(superuser, missing_roles())
        _execute(superuser, SQL("CREATE DATABASE {}").format(Identifier(name)))
        try:
            yield make_dsn(superuser, dbname=name)
        finally:
            _execute(superuser, SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))

    def make(self, target: str, **values: str) -> None:
        """Runs a `make` command for the benchmarks' own stack, with `values`. Raises `StackFailedError`."""
        self._may_run = True
        self._own.logs.mkdir(parents=True, exist_ok=True)
        log = self._own.logs / f"bench-{target}.log"
        own = {"STACK": self._own.name, "PORT": str(self._own.port), "MODE": "embedded", **values}
        with log.open("w") as out:
            done = subprocess.run(
                [sys.executable, "-m", "local.run", target],
                env=shell.launching() | own,
                cwd=REPOSITORY,
                check=False,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        if done.returncode != 0:
            raise StackFailedError(f"make {target} failed, see {log}:\n{_end_of(log)}")

    def close(self) -> None:
        """Takes the benchmarks' own stack down. A stack that ran before stays up."""
        if self._may_run:
            self.make("down")


def settings_of_own(settings: Settings) -> Settings:
    """Returns the settings of the benchmarks' stack: the smallest one, embedded, on free ports."""
    own = Settings(name=NAME, port=settings.port + 400, mode="embedded")
    return record.read(own) or free_settings(own)


def _execute(url: str, statement: Composable) -> None:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])
