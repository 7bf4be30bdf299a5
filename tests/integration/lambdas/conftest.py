"""Makes a database with the service's schema, and buckets, a table, a topic and a queue for each test."""

import dataclasses
import json
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

import psycopg2
import pytest
from psycopg2.extensions import connection

from bench.roles import missing_roles
from dockerless_testing.emulator import Emulator
from service.postgres import connections, migrations
from service.settings import Settings
from tests.integration.lambdas.pipeline_world import Database, PipelineWorld


@pytest.fixture(scope="module")
def migrated(postgres_url: str) -> Iterator[Database]:
    """Yields a new database for the module, with the service's schema."""
    url = urlsplit(postgres_url)
    assert url.hostname is not None
    assert url.port is not None
    made = Database(url.hostname, url.port, f"lambdas_{uuid.uuid4().hex}", str(url.username), str(url.password))
    admin = psycopg2.connect(postgres_url)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{made.name}"')
    settings = Settings(
        database_host=made.host,
        database_port=made.port,
        database_name=made.name,
        database_user=made.user,
        database_password=made.password,
    )
    with admin.cursor() as cursor:
        cursor.execute(missing_roles())
    migrations.migrate(connections.create_patient_engine(settings), 30, settings.readings_retention_days)
    yield made
    with admin.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{made.name}" WITH (FORCE)')
    admin.close()


@pytest.fixture
def postgres(migrated: Database) -> Iterator[connection]:
    """Yields a connection to the database that commits each statement. The table is empty."""
    opened = migrated.connect()
    opened.autocommit = True
    with opened.cursor() as cursor:
        cursor.execute("TRUNCATE energy_consumption, energy_consumption_history")
    yield opened
    opened.close()


@pytest.fixture
def world(emulator: Emulator, migrated: Database, postgres: connection) -> Iterator[PipelineWorld]:
    """Yields empty buckets, an empty table and empty queues for the pipeline."""
    made = PipelineWorld.create(emulator, migrated, postgres)
    yield made
    made.remove()


@pytest.fixture
def variables(world: PipelineWorld, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Sets the environment of the functions, with the emulator as the only AWS."""
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    values = world.variables() | {
        "AWS_ENDPOINT_URL": emulator.url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    return values


@pytest.fixture
def other_role(world: PipelineWorld) -> Iterator[str]:
    """Makes a role that may read the readings, with the password `first`, and writes both to the secret."""
    role = f"reader_{uuid.uuid4().hex[:8]}"
    world.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'first'")
    world.execute(f'GRANT CONNECT ON DATABASE "{world.database.name}" TO {role}')
    world.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
    world.execute(f"GRANT SELECT ON energy_consumption TO {role}")
    world.secrets.put_secret_value(
        SecretId=world.secret_arn, SecretString=json.dumps({"username": role, "password": "first"})
    )
    world.database = dataclasses.replace(world.database, user=role, password="first")
    yield role
    world.execute(f"DROP OWNED BY {role}")
    world.execute(f"DROP ROLE {role}")
