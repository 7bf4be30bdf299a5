"""Starts a Postgres and a LocalStack with the plug-ins once for the integration tests. Nothing is applied to them."""

import dataclasses
import os
import shutil
from collections.abc import Iterator

import pytest

from dockerless_testing.emulator import Emulator
from local.commands.testing import free_settings
from local.launcher import lifecycle, processes
from local.launcher.engines.docker import POSTGRES_IMAGE, Docker
from local.launcher.settings import Settings

POSTGRES = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    given = os.environ.get("INTEGRATION_EDGE_URL")
    if given:
        yield Emulator(given, os.environ["INTEGRATION_POSTGRES_URL"])
        return
    settings = free_settings(dataclasses.replace(Settings(), name=f"integration-{os.getpid()}", port=4966))
    try:
        lifecycle.start_bare(settings)
        yield Emulator(settings.edge_url, _with_password(settings))
    finally:
        processes.stop_all(settings)
        shutil.rmtree(settings.directory)
        shutil.rmtree(processes.runtime_directory(settings))


def _with_password(settings: Settings) -> str:
    """The superuser's URL for clients that take a URL apart, as the service's settings do."""
    password = processes.password_file(settings).read_text().strip().rsplit(":", 1)[1]
    return f"postgresql://postgres:{password}@127.0.0.1:{settings.postgres_port}/postgres"


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A superuser's URL of a Postgres 18; a test makes its own database in it.

    It is a container of the image of `docker-compose.yml` wherever the stack would run in containers, else the
    emulator's. The run's summary says which.
    """
    given = os.environ.get("INTEGRATION_POSTGRES_URL")
    lacks = "MODE=embedded" if os.environ.get("MODE") == "embedded" else Docker.missing()
    request.config.stash[POSTGRES] = "INTEGRATION_POSTGRES_URL" if given else lacks or f"a container, {POSTGRES_IMAGE}"
    if given:
        yield given
    elif not lacks:
        from tests.support.postgres_container import postgres_container  # noqa: PLC0415 -- only where it is used

        with postgres_container() as url:
            yield url
    elif os.environ.get("MODE") == "docker":
        pytest.fail(f"MODE=docker: {lacks}")
    else:
        request.config.stash[POSTGRES] = f"embedded, from a wheel ({lacks})"
        running: Emulator = request.getfixturevalue("emulator")
        yield running.postgres_url


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    kind = terminalreporter.config.stash.get(POSTGRES, "")
    if kind:
        terminalreporter.write_line(f"Postgres of the service's and the functions' tests: {kind}")
