"""Makes a database for each test module, and the service's app on it."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import psycopg2
import pytest
from sqlalchemy import Engine, make_url

from service.partition_catalog import utc_days
from service.postgres import connections, migrations, partitions
from service.readings.repository import ReadingsRepository
from service.settings import Settings
from tests.integration.service.support import MIDNIGHT
from tests.support.database_roles import as_owner, with_roles
from tests.support.empty_tables import empty_tables


@pytest.fixture(scope="module")
def empty_database(postgres_url: str) -> Iterator[Settings]:
    """Yields settings of a new and empty database, with waits that are short for a test."""
    url = make_url(postgres_url)
    name = f"service_{uuid.uuid4().hex}"
    admin = psycopg2.connect(postgres_url)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    assert url.host and url.port and url.username and url.password  # noqa: PT018 - one fact: the URL is whole
    yield Settings(
        database_host=url.host,
        database_port=url.port,
        database_name=name,
        database_user=url.username,
        database_password=str(url.password),
        pool_timeout=0.1,
    )
    with admin.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.close()


@pytest.fixture(scope="module")
def settings(empty_database: Settings) -> Settings:
    """Yields the settings of the service, with its own role, for a database with the schema."""
    settings = with_roles(empty_database)
    migrations.migrate(connections.create_patient_engine(as_owner(settings)), 10, settings.readings_retention_days)
    return settings


@pytest.fixture
def engine(settings: Settings, empty_database: Settings) -> Engine:
    """Yields an engine of the database's master user, for the tests themselves. The tables are empty."""
    engine = connections.create_patient_engine(empty_database)
    empty_tables(engine)
    return engine


@pytest.fixture
def pool(settings: Settings) -> Iterator[Engine]:
    """Yields the service's connection pool, large enough for the tests' threads."""
    pool = connections.create_pool(replace(settings, pool_timeout=10.0), size=20)
    yield pool
    pool.dispose()


@pytest.fixture
def repository(engine: Engine, pool: Engine) -> ReadingsRepository:
    """Yields an empty repository, with partitions for the days from `MIDNIGHT` on."""
    with engine.begin() as connection:
        partitions.create(connection, utc_days(MIDNIGHT, MIDNIGHT + timedelta(days=14)))
    return ReadingsRepository(pool)
