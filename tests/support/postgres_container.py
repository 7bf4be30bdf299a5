"""Runs a Postgres 18 for tests from the image of `docker-compose.yml`, with testcontainers."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

# Testcontainers removes leftovers with a container that gets the Docker socket. `_remove_leftovers` needs no socket.
os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"

import docker  # testcontainers' own client
import psutil
import psycopg2
from testcontainers.core.container import DockerContainer

from dockerless_testing.waiting import wait_until
from local.launcher.engines.docker import POSTGRES_IMAGE

OWNER = "energy.tests.pid"  # this label holds the id of the process that made the container
READY_SECONDS = 60


@contextmanager
def postgres_container() -> Iterator[str]:
    """Yields the superuser's URL, then removes the container and its data. Only loopback reaches the container."""
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
    """Removes the containers of test runs that were killed."""
    client = docker.from_env()
    try:
        for container in client.containers.list(all=True, filters={"label": OWNER}):
            if not psutil.pid_exists(int(container.labels[OWNER])):
                container.remove(force=True, v=True)
    finally:
        client.close()
