"""Starts one bare LocalStack and one Postgres for all tests of this folder, and makes what several files use."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from dockerless_testing.backends import Backend
from dockerless_testing.bare_localstack import bare_localstack, of_everything
from dockerless_testing.ecs_world import World
from dockerless_testing.emulator import Emulator
from dockerless_testing.gateways import Balancer, Gateway
from dockerless_testing.postgres import postgres
from dockerless_testing.programs import MissingProgramError, postgres_programs
from dockerless_testing.roles import arn_of


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    try:
        programs = postgres_programs()
        with (
            tempfile.TemporaryDirectory(prefix="dockerless-") as name,
            postgres(programs, Path(name)) as url,
            bare_localstack(Path(name), of_everything(Path(name), url)) as running,
        ):
            yield running
    except MissingProgramError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def act(emulator: Emulator) -> Any:
    """Returns a function that makes a client with a session of a role. The operator assumed the role."""

    def client(role_name: str, service: str) -> Any:
        sts = emulator.client("sts")
        made = sts.assume_role(RoleArn=arn_of(role_name), RoleSessionName="test")
        return emulator.client_with(made["Credentials"], service)

    return client


@pytest.fixture
def world(emulator: Emulator) -> Iterator[World]:
    """Yields a cluster of ECS, for its agents and services."""
    made = World(emulator)
    yield made
    made.close()


@pytest.fixture(scope="module")
def backend() -> Iterator[Backend]:
    with Backend() as backend:
        yield backend


@pytest.fixture(scope="module")
def balancer(emulator: Emulator, backend: Backend) -> Iterator[Balancer]:
    """Yields a load balancer in front of the backend."""
    with ExitStack() as stack:
        balancer = Balancer(emulator, stack)
        balancer.register(backend.port)
        yield balancer


@pytest.fixture
def gateway(balancer: Balancer) -> Iterator[Gateway]:
    """Yields an HTTP API, without routes, in front of the load balancer."""
    with ExitStack() as stack:
        yield Gateway(balancer, stack)
