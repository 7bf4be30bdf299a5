"""A Postgres 18 for tests, from the image of `docker-compose.yml`, through testcontainers."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

# Testcontainers' own remover of leftovers is a container that gets the Docker socket: `_remove_leftovers` does without.
os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"

import docker  # testcontainers' own client
import psutil
import psycopg2
from testcontainers.core.container import DockerContainer

from dockerless_testing.waiting import wait_until
from local.launcher.engines.docker import POSTGRES_IMAGE

OWNER = "energy.tests.pid"  # the label that tells the process whose container it is
READY_SECONDS = 60


@contextmanager
def postgres_container() -> Iterator[str]:
    """Gives the superuser's URL; the container and its data are gone afterwards. Only loopback reaches it."""
    _remove_leftovers()
    password = secrets.token_hex(24)
    container = DockerContainer(POSTGRES_IMAGE).with_env("POSTGRES_PASSWORD", password)
    container.with_kwargs(labels={OWNER: str(os.getpid())}, shm_size="256m")
    container.with_tmpfs_mount("/var/lib/postgresql")
    container.ports[5432] = ("127.0.0.1", None)  # `with_bind_ports` would publish it to the whole network
    with container:
        url = f"postgresql://postgres:{password}@127.0.0.1:{container.get_exposed_port(5432)}/postgres"
        wait_until(lambda: _answers(url), READY_SECONDS, f"{POSTGRES_IMAGE} to answer")
        yield url


def _answers(url: str) -> bool:
    try:
        psycopg2.connect(url).close()
    except psycopg2.OperationalError:
        return False
    return True


def _remove_leftovers() -> None:
    """Those of test runs that were killed before they could remove their own."""
    client = docker.from_env()
    try:
        for container in client.containers.list(all=True, filters={"label": OWNER}):
            if not psutil.pid_exists(int(container.labels[OWNER])):
                container.remove(force=True, v=True)
    finally:
        client.close()
