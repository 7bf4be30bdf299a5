import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import Engine, inspect, text

from dockerless_testing.waiting import wait_until
from service.postgres import connections, migrations, partitions, schema
from service.settings import Settings
from tests.support.database_roles import as_owner, with_roles

RETENTION = 30


@pytest.fixture
def engine(empty_database: Settings) -> Engine:
    """The engine of the role that migrates, on a database with nothing in it."""
    engine = connections.create_patient_engine(empty_database)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return connections.create_patient_engine(as_owner(with_roles(empty_database)))


def test_an_empty_database_gets_the_table(engine: Engine) -> None:
    migrations.migrate(engine, 10, RETENTION)
    stored, former = (
        {column["name"]: str(column["type"]) for column in inspect(engine).get_columns(table)}
        for table in ("energy_consumption", "energy_consumption_history")
    )
    assert stored == {
        "billing_metering_point_number": 'TEXT COLLATE "C"',
        "interval_start": "TIMESTAMP",
        "interval_minutes": "SMALLINT",
        "given": "SMALLINT",
        "consumption_kwh": "NUMERIC(12, 6)",
        "production_kwh": "NUMERIC(12, 6)",
        "reactive_kvarh": "NUMERIC(12, 6)",
        "average_voltage_v": "DOUBLE PRECISION",
        "average_frequency_hz": "DOUBLE PRECISION",
        "voltage_drops": "INTEGER",
        "down_time_seconds": "INTEGER",
        "quality": 'TEXT COLLATE "C"',
        "reported_at": "TIMESTAMP",
        "received_at": "TIMESTAMP",
        "withdrawn": "BOOLEAN",
    }
    assert former == stored | {"replaced_at": "TIMESTAMP"}
    key = inspect(engine).get_pk_constraint("energy_consumption")["constrained_columns"]
    assert key == ["billing_metering_point_number", "interval_start"]
    [arrival] = inspect(engine).get_indexes("energy_consumption")
    assert (arrival["column_names"], arrival["dialect_options"]["postgresql_using"]) == (["received_at"], "brin")
    assert {"interval_on_grid", "energy_within_limits"} < constraints(engine)


def test_the_retention_is_that_of_the_last_start(engine: Engine) -> None:
    for days in (30, 90):
        migrations.migrate(engine, 10, days)
        with engine.connect() as connection:
            assert connection.scalars(text("SELECT readings_days FROM retention")).all() == [days]


def test_running_again_changes_nothing(engine: Engine) -> None:
    migrations.migrate(engine, 10, RETENTION)
    with engine.begin() as connection:
        partitions.create(connection, [date(2026, 3, 1)])
        connection.exec_driver_sql(
            "INSERT INTO energy_consumption (billing_metering_point_number, interval_start, interval_minutes, given,"
            " consumption_kwh, quality, reported_at, received_at, withdrawn)"
            " VALUES ('1', '2026-03-01Z', 15, 0, 1, 'measured', now(), now(), false)"
        )
    migrations.migrate(engine, 10, RETENTION)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM energy_consumption")) == 1


def test_several_at_once_are_safe(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: migrations.migrate(engine, 30, RETENTION), range(8)))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == schema.NEEDED


def test_one_waits_for_another_and_says_so(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    with ThreadPoolExecutor(1) as threads, caplog.at_level(logging.INFO):
        with engine.connect() as other:
            other.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": migrations.LOCK})
            waiting = threads.submit(migrations.migrate, engine, 10, RETENTION)
            wait_until(lambda: "waiting for another task that migrates" in caplog.messages, 20, "the line")
            assert not waiting.done()
        waiting.result()
    assert inspect(engine).has_table("energy_consumption")


def test_a_failed_migration_leaves_neither_a_table_nor_the_lock(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE energy_consumption_history")
    with pytest.raises(Exception, match="energy_consumption_history"):
        migrations.migrate(engine, 10, RETENTION)
    assert not inspect(engine).has_table("energy_consumption")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SEQUENCE energy_consumption_history")
    migrations.migrate(engine, 10, RETENTION)
    assert inspect(engine).has_table("energy_consumption")


def test_an_older_release_starts_on_a_newer_schema(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    migrations.migrate(engine, 10, RETENTION)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with caplog.at_level(logging.WARNING):
        migrations.migrate(engine, 10, RETENTION)
    assert "the schema is newer than this release" in caplog.messages


def test_without_a_database_it_gives_up_after_its_time(empty_database: Settings) -> None:
    nowhere = connections.create_patient_engine(Settings("127.0.0.1", "energy", "energy", "energy", database_port=1))
    with pytest.raises(migrations.MigrationError, match="does not answer"):
        migrations.migrate(nowhere, 0, RETENTION)


def constraints(engine: Engine) -> set[str]:
    return {str(check["name"]) for check in inspect(engine).get_check_constraints("energy_consumption")}
