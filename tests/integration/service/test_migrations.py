import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, inspect, text

from service.postgres import connections, migrations, partitions
from service.settings import Settings

ALL = text("SELECT * FROM energy_consumption ORDER BY billing_metering_point_number, sample_time")


@pytest.fixture
def engine(empty_database: Settings) -> Engine:
    """An engine on a database with nothing in it."""
    engine = connections.create_migration_engine(empty_database)
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
    assert inspect(engine).get_indexes("energy_consumption") == []
    assert {"sample_time_on_grid", "consumption_not_negative"} < constraints(engine)


def test_readings_of_before_move_into_their_days(engine: Engine) -> None:
    upgrade(engine, "0001")
    insert = "INSERT INTO energy_consumption VALUES (%s, %s, 1, 230.1, NULL, 2, NULL, '2026-03-30Z', 3)"
    times = ["2026-03-28T22:45Z", "2026-03-28T23:00Z", "2026-03-29T21:45Z", "2026-03-29T22:00Z", "2019-01-01T00:00Z"]
    with engine.begin() as connection:
        for number in (1, 2):
            for time in times:
                connection.exec_driver_sql(insert, (number, time))
        before = connection.execute(ALL).all()
    migrations.migrate(engine, timeout=10)
    with engine.connect() as connection:
        assert connection.execute(ALL).all() == before
        counts = connection.execute(
            text("SELECT tableoid::regclass::text, count(*) FROM energy_consumption GROUP BY 1 ORDER BY 1")
        )
        assert [tuple(row) for row in counts] == [
            ("energy_consumption_utc_20190101", 2),
            ("energy_consumption_utc_20260328", 4),
            ("energy_consumption_utc_20260329", 4),
        ]


def test_the_days_can_be_made_one_table_again(engine: Engine) -> None:
    migrations.migrate(engine, timeout=10)
    with engine.begin() as connection:
        partitions.create(connection, [date(2026, 3, 1)])
        connection.exec_driver_sql(
            "INSERT INTO energy_consumption VALUES (1, '2026-03-01Z', 1, NULL, NULL, NULL, NULL, now(), 1)"
        )
        before = connection.execute(ALL).all()
    upgrade(engine, "0001", command.downgrade)
    with engine.connect() as connection:
        assert connection.execute(ALL).all() == before
    migrations.migrate(engine, timeout=10)


def test_running_again_changes_nothing(engine: Engine) -> None:
    migrations.migrate(engine, timeout=10)
    with engine.begin() as connection:
        partitions.create(connection, [date(2026, 3, 1)])
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
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "0003"


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
    nowhere = connections.create_migration_engine(Settings("127.0.0.1", "energy", "energy", "energy", database_port=1))
    with pytest.raises(migrations.MigrationError, match="does not answer"):
        migrations.migrate(nowhere, timeout=0)


def constraints(engine: Engine) -> set[str]:
    return {str(check["name"]) for check in inspect(engine).get_check_constraints("energy_consumption")}


def upgrade(engine: Engine, revision: str, step: Callable[[Config, str], None] = command.upgrade) -> None:
    """Bring the schema to a revision that is not the newest."""
    config = migrations.configuration(Path(migrations.__file__).parent)
    with engine.connect() as connection:
        config.attributes.update(connection=connection, engine=engine, timeout=10)
        step(config, revision)
        connection.commit()
