"""A migration runs while the release before it serves: for as long as it needs, and without stopping its requests."""

import shutil
import textwrap
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import Engine, inspect, text

from dockerless_testing.waiting import wait_until
from service.postgres import connections, migrations, schema
from service.postgres.migrations import Limits, MigrationError
from service.settings import Settings
from tests.integration.service.processes import ServiceProcess, service_process
from tests.integration.service.support import HEADERS, PATH, batch
from tests.support.database_roles import as_owner

NEW_COLUMN = 'op.execute("ALTER TABLE energy_consumption ADD COLUMN new_column text")'
LONG = """
    with unlimited(op.get_bind()):
        op.execute("SELECT pg_sleep(4)")
"""
TOO_LONG = 'op.execute("SELECT pg_sleep(60)")'


@pytest.fixture
def service(settings: Settings, engine: Engine, tmp_path: Path) -> Iterator[ServiceProcess]:
    """Yields the release before, which serves. Afterwards the schema is what it was."""
    with service_process(settings, tmp_path / "log") as process:
        process.wait_until_healthy()
        yield process
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE energy_consumption DROP COLUMN IF EXISTS new_column")
        connection.execute(text("UPDATE alembic_version SET version_num = :needed"), {"needed": schema.NEEDED})


def next_release(folder: Path, *statements: str) -> Path:
    """Returns a folder with all revisions and one more, which runs these statements."""
    copy = Path(shutil.copytree(Path(migrations.__file__).parent, folder / "migrations"))
    head = 'from alembic import op\nfrom service.postgres.migrations import unlimited\n\nrevision = "9000"\n'
    head += f'down_revision = "{schema.NEEDED}"\n\n\ndef upgrade():\n'
    body = textwrap.indent("\n".join(textwrap.dedent(each).strip() for each in statements), "    ")
    (copy / "versions" / "9000_next.py").write_text(f"{head}{body}\n")
    return copy


@contextmanager
def callers(service: ServiceProcess) -> Iterator[list[int]]:
    """Yields the statuses of requests that are sent one after another all the time."""
    statuses: list[int] = []
    ended = threading.Event()

    def call() -> None:
        with httpx.Client(trust_env=False, timeout=60, headers=HEADERS) as client:
            while not ended.is_set():
                answer = client.post(service.url + PATH, json=batch(len(statuses) % 96, kwh=len(statuses)))
                statuses.append(answer.status_code)

    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(call)
        try:
            yield statuses
        finally:
            ended.set()
            running.result()


def migrate(settings: Settings, scripts: Path, limits: Limits) -> None:
    engine = connections.create_patient_engine(as_owner(settings))
    migrations.migrate(engine, 10, settings.readings_retention_days, limits=limits, scripts=scripts)


def columns(engine: Engine) -> set[str]:
    return {column["name"] for column in inspect(engine).get_columns("energy_consumption")}


def test_a_long_migration_stops_no_request_and_is_not_stopped(
    settings: Settings, engine: Engine, service: ServiceProcess, tmp_path: Path
) -> None:
    """The statement takes 4 times its limit. The limit stands for the 80 s after which ECS killed such a task."""
    scripts = next_release(tmp_path, LONG, NEW_COLUMN)
    with callers(service) as statuses:
        migrate(settings, scripts, Limits(statement=1.0))
        wait_until(lambda: len(statuses) > 1, 30, "requests")
    assert set(statuses) == {200}
    assert "new_column" in columns(engine)


def test_a_locked_table_is_waited_for_and_its_readers_and_writers_do_not_queue(
    settings: Settings, engine: Engine, service: ServiceProcess, tmp_path: Path
) -> None:
    scripts = next_release(tmp_path, NEW_COLUMN)
    with ThreadPoolExecutor(1) as threads, engine.connect() as reader, callers(service) as statuses:
        reader.execute(text("SELECT count(*) FROM energy_consumption"))
        running = threads.submit(migrate, settings, scripts, Limits(lock=0.3))
        served = len(statuses)
        wait_until(lambda: len(statuses) > served + 20, 60, "requests beside the waiting migration")
        assert not running.done()
        reader.rollback()
        running.result()
    assert set(statuses) == {200}
    assert "new_column" in columns(engine)


def test_a_table_that_stays_locked_fails_the_migration_which_leaves_nothing(
    settings: Settings, engine: Engine, service: ServiceProcess, tmp_path: Path
) -> None:
    scripts = next_release(tmp_path, NEW_COLUMN)
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM energy_consumption"))
        with pytest.raises(MigrationError, match=r"a table stayed locked for 0\.5 s"):
            migrate(settings, scripts, Limits(lock=0.1, patience=0.5))
    assert "new_column" not in columns(engine)


def test_a_statement_that_others_may_wait_for_has_a_limit(
    settings: Settings, engine: Engine, service: ServiceProcess, tmp_path: Path
) -> None:
    scripts = next_release(tmp_path, NEW_COLUMN, TOO_LONG)
    with pytest.raises(MigrationError, match=r"took longer than 0\.5 s"):
        migrate(settings, scripts, Limits(statement=0.5))
    assert "new_column" not in columns(engine)
