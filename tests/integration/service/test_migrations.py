import logging
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, inspect, text

from service import database, migrations
from service.settings import Settings


@pytest.fixture
def engine(empty_database: Settings) -> Engine:
    """An engine on a database with nothing in it."""
    engine = database.create_migration_engine(empty_database)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return engine


def test_an_empty_database_gets_the_table(engine: Engine) -> None:
    migrations.migrate(engine, timeout=10)
    columns = {column["name"]: str(column["type"]) for column in inspect(engine).get_columns("energy_consumption")}
    assert columns == {
        "billing_metering_point_number": "BIGINT",
        "sample_time": "TIMESTAMP",
        "consumption_kwh": "NUMERIC(12, 6)",
        "average_voltage": "DOUBLE PRECISION",
        "average_frequency": "DOUBLE PRECISION",
        "voltage_drops": "INTEGER",
        "down_time_period": "INTEGER",
        "received_at": "TIMESTAMP",
        "revision": "INTEGER",
    }
    key = inspect(engine).get_pk_constraint("energy_consumption")["constrained_columns"]
    assert key == ["billing_metering_point_number", "sample_time"]
    indexes = [index["column_names"] for index in inspect(engine).get_indexes("energy_consumption")]
    assert indexes == [["sample_time"]]


def test_running_again_changes_nothing(engine: Engine) -> None:
    migrations.migrate(engine, timeout=10)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO energy_consumption VALUES (1, '2026-03-01Z', 1, NULL, NULL, NULL, NULL, now(), 1)"
        )
    migrations.migrate(engine, timeout=10)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM energy_consumption")) == 1


def test_several_at_once_are_safe(engine: Engine) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: migrations.migrate(engine, timeout=30), range(8)))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0001"


def test_one_waits_for_another_and_says_so_when_it_takes_too_long(engine: Engine) -> None:
    with engine.connect() as other:
        other.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": migrations.LOCK})
        with pytest.raises(migrations.MigrationError, match="another task"):
            migrations.migrate(engine, timeout=0)
    migrations.migrate(engine, timeout=10)


def test_a_failed_migration_leaves_neither_a_table_nor_the_lock(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SEQUENCE energy_consumption_sample_time")
    with pytest.raises(Exception, match="energy_consumption_sample_time"):
        migrations.migrate(engine, timeout=10)
    assert not inspect(engine).has_table("energy_consumption")
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SEQUENCE energy_consumption_sample_time")
    migrations.migrate(engine, timeout=10)
    assert inspect(engine).has_table("energy_consumption")


def test_an_older_release_starts_on_a_newer_schema(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    migrations.migrate(engine, timeout=10)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with caplog.at_level(logging.WARNING):
        migrations.migrate(engine, timeout=10)
    assert "the schema is newer than this release" in caplog.messages


def test_without_a_database_it_gives_up_after_its_time(empty_database: Settings) -> None:
    nowhere = database.create_migration_engine(Settings("127.0.0.1", "energy", "energy", "energy", database_port=1))
    with pytest.raises(migrations.MigrationError, match="does not answer"):
        migrations.migrate(nowhere, timeout=0)
