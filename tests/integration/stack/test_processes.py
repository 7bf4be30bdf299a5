"""`down` ends the processes that `up` started by their ids, also if the supervisor is gone."""

import dataclasses
import os
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from local.commands.testing import free_settings
from local.launcher import lifecycle, processes
from local.launcher.ports import PortsError
from local.launcher.settings import Settings


@contextmanager
def a_stack(name: str) -> Iterator[Settings]:
    settings = free_settings(dataclasses.replace(Settings(), name=f"{name}-{os.getpid()}", port=5266))
    try:
        yield settings
    finally:
        lifecycle.down(settings)
        shutil.rmtree(settings.directory, ignore_errors=True)


@pytest.fixture
def settings() -> Iterator[Settings]:
    with a_stack("processes") as settings:
        yield settings


@pytest.fixture(scope="module")
def running() -> Iterator[Settings]:
    """A stack that is started once, because a start takes most of a test's time. The last test of it ends it."""
    with a_stack("running") as settings:
        lifecycle.start_bare(settings)
        yield settings


def supervisor(settings: Settings) -> psutil.Process:
    return psutil.Process(int((settings.directory / "supervisord.pid").read_text()))


def test_nothing_listens_beyond_this_machine(running: Settings):
    family = {process.pid for process in supervisor(running).children(recursive=True)}

    listening = [entry for entry in psutil.net_connections("inet") if entry.status == psutil.CONN_LISTEN]
    ours = {entry.laddr.ip for entry in listening if entry.laddr and entry.pid in family}

    assert ours == {"127.0.0.1"}


def test_the_superuser_s_password_is_in_a_file_for_this_user_alone(running: Settings):
    file = processes.password_file(running)
    password = file.read_text().strip().rsplit(":", 1)[1]

    assert file.stat().st_mode & 0o777 == 0o600
    for process in supervisor(running).children(recursive=True):
        assert password not in Path(f"/proc/{process.pid}/environ").read_text(errors="replace")
        assert password not in Path(f"/proc/{process.pid}/cmdline").read_text(errors="replace")


def test_down_leaves_no_process_no_port_and_no_data(running: Settings):
    family = [supervisor(running), *supervisor(running).children(recursive=True)]

    lifecycle.down(running)

    assert not [process for process in family if process.is_running()]
    assert processes.taken_ports(running.ports) == []
    assert [path.name for path in running.directory.iterdir()] == ["logs"]
    assert not processes.runtime_directory(running).exists()


def test_down_finds_what_a_killed_supervisor_left(settings: Settings):
    lifecycle.start_bare(settings)
    family = supervisor(settings).children(recursive=True)
    supervisor(settings).send_signal(signal.SIGKILL)

    lifecycle.down(settings)

    assert len(family) >= 2
    assert not [process for process in family if process.is_running()]
    assert processes.taken_ports(settings.ports) == []


def test_a_port_that_somebody_else_has_is_named_and_nothing_is_started(settings: Settings):
    with socket.socket() as other:
        other.bind(("127.0.0.1", settings.postgres_port))
        other.listen()

        with pytest.raises(PortsError, match=f"ports {settings.postgres_port} are taken"):
            lifecycle.start_bare(settings)

    assert not processes.is_up(settings)
