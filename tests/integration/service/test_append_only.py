"""The roles of the service and of the exporter have no right to change or delete history."""

from datetime import date

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import ProgrammingError

from domain.database_roles import EXPORTER, SERVICE
from service.postgres import connections, partitions
from service.readings.repository import ReadingsRepository
from service.settings import Settings
from tests.integration.service.support import reading, rows, sent
from tests.support.database_roles import as_role

DAY = "energy_consumption_utc_20260301"
HISTORY_DAY = "energy_consumption_history_utc_20260301"

FORBIDDEN = [
    *(
        statement.format(table)
        for table in ("energy_consumption_history", HISTORY_DAY, DAY)
        for statement in ("UPDATE {} SET consumption_kwh = 0", "DELETE FROM {}", "TRUNCATE {}", "DROP TABLE {}")
    ),
    "DELETE FROM energy_consumption",
    "TRUNCATE energy_consumption",
    "DROP TABLE energy_consumption CASCADE",
    "UPDATE energy_consumption SET interval_start = interval_start + interval '1 day'",
    "UPDATE energy_consumption SET billing_metering_point_number = '2'",
    "MERGE INTO energy_consumption USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "ALTER TABLE energy_consumption DISABLE TRIGGER keep_replaced",
    "DROP TRIGGER keep_replaced ON energy_consumption",
    "SET session_replication_role = replica",
    f"ALTER TABLE energy_consumption DETACH PARTITION {DAY}",
    "CREATE TABLE energy_consumption_utc_20260302 ()",
    "CREATE TEMPORARY TABLE energy_consumption_history (a int)",
    "CREATE OR REPLACE FUNCTION keep_replaced() RETURNS trigger LANGUAGE sql AS ''",
    "SELECT keep_replaced()",
    "UPDATE retention SET readings_days = 1",
    "SET ROLE energy_owner",
    "ALTER ROLE energy_service SUPERUSER",
    "COPY energy_consumption TO PROGRAM 'true'",
]
"""Each fails for want of a right (or because the server takes nobody's word for it)."""


@pytest.fixture
def before(repository: ReadingsRepository, engine: Engine) -> list[object]:
    """Stores two versions of a reading. Returns the rows."""
    repository.store(sent(reading(0, "1")))
    repository.store(sent(reading(0, "2")))
    return [*rows(engine)]


@pytest.mark.parametrize("role", [SERVICE, EXPORTER])
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_role_cannot(settings: Settings, engine: Engine, before: list[object], role: str, statement: str) -> None:
    other = as_role(settings, role)
    with pytest.raises(ProgrammingError) as caught, connections.create_patient_engine(other).begin() as connection:
        connection.exec_driver_sql(statement)
    assert connections.sql_state(caught.value) in {"42501", "0A000"}, statement
    assert rows(engine) == before


def test_what_it_overwrites_is_kept(pool: Engine, engine: Engine, before: list[object]) -> None:
    with pool.connect() as connection:
        connection.exec_driver_sql("UPDATE energy_consumption SET consumption_kwh = 5")
    [(_, _, versions)] = rows(engine)
    assert versions == len(before) + 2


def test_the_exporter_reads_and_does_not_write(settings: Settings, before: list[object]) -> None:
    engine = connections.create_patient_engine(as_role(settings, EXPORTER))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM energy_consumption")) == 1
    for statement in ("INSERT INTO energy_consumption SELECT * FROM energy_consumption", "SELECT make_days('{}')"):
        with pytest.raises(ProgrammingError), engine.begin() as connection:
            connection.exec_driver_sql(statement)


def test_a_day_within_the_retention_cannot_be_dropped(
    pool: Engine, settings: Settings, engine: Engine, before: list[object]
) -> None:
    with engine.begin() as connection:
        now = connection.scalar(text("SELECT now()"))
        partitions.create(connection, [date(2026, 3, 1)])
    assert partitions.drop_before(pool, now) == []
    assert rows(engine) == before
