"""A restored instance has its snapshot's data, roles and passwords, and the endpoint of its identifier."""

import uuid
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg2
import pytest

from dockerless_testing.emulator import Emulator
from dockerless_testing.rds_instances import (
    PASSWORD,
    available,
    create,
    described,
    gone,
    query_endpoint,
    snapshot_available,
)
from dockerless_testing.refusals import refusal

CREATE_READER = "CREATE ROLE {} LOGIN PASSWORD 'readers-own-1'; GRANT SELECT ON kept TO {}"


@pytest.fixture
def rds(emulator: Emulator) -> Any:
    return emulator.client("rds")


@pytest.fixture
def name(rds: Any) -> Iterator[str]:
    """Yields a name for an instance. It, its namesake `<name>-old` and its snapshot are deleted afterwards."""
    unique = f"r{uuid.uuid4().hex[:10]}"
    yield unique
    for each in (unique, f"{unique}-old"):
        with suppress(rds.exceptions.DBInstanceNotFoundFault):
            rds.delete_db_instance(DBInstanceIdentifier=each, SkipFinalSnapshot=True)
    with suppress(rds.exceptions.DBSnapshotNotFoundFault):
        rds.delete_db_snapshot(DBSnapshotIdentifier=f"{unique}-one")


@pytest.mark.parametrize("settings", [{}, {"Port": 5432}], ids=["the stack's server", "its own server"])
def test_a_deleted_instance_comes_back_at_its_endpoint(rds: Any, name: str, settings: dict[str, Any]) -> None:
    reader = f"{name}_reader"
    create(rds, name, **settings)
    before = available(rds, name)
    query_endpoint(before, name, name, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    query_endpoint(before, name, name, CREATE_READER.format(reader, reader))
    rds.create_db_snapshot(DBSnapshotIdentifier=f"{name}-one", DBInstanceIdentifier=name)
    snapshot_available(rds, f"{name}-one")
    query_endpoint(before, name, name, "INSERT INTO kept VALUES (1001)")
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    gone(rds, name)
    with pytest.raises(psycopg2.OperationalError):
        query_endpoint(before, reader, name, "SELECT 1", "readers-own-1")

    rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier=f"{name}-one")
    after = available(rds, name)
    assert after["Endpoint"] == before["Endpoint"]
    assert after["DbiResourceId"] != before["DbiResourceId"]
    assert query_endpoint(after, reader, name, "SELECT count(*) FROM kept", "readers-own-1") == [(1000,)]
    assert query_endpoint(after, name, name, "SELECT count(*) FROM kept", PASSWORD) == [(1000,)]
    query_endpoint(after, name, name, f"ALTER ROLE {reader} PASSWORD 'another-one-2'")
    events = rds.describe_events(SourceIdentifier=name, SourceType="db-instance")["Events"]
    assert f"Restored from snapshot {name}-one" in [event["Message"] for event in events]


@pytest.mark.parametrize("settings", [{}, {"Port": 5432}], ids=["the stack's server", "its own server"])
def test_a_renamed_instance_keeps_its_data_and_frees_its_endpoint(
    rds: Any, name: str, settings: dict[str, Any]
) -> None:
    old = f"{name}-old"
    create(rds, name, **settings)
    before = available(rds, name)
    query_endpoint(before, name, name, "CREATE TABLE kept AS SELECT 1 AS number")
    answer = rds.modify_db_instance(DBInstanceIdentifier=name, NewDBInstanceIdentifier=old, ApplyImmediately=True)
    assert answer["DBInstance"]["DBInstanceIdentifier"] == old
    assert "DBInstanceNotFound" in refusal(described, rds, name)
    renamed = available(rds, old)
    assert renamed["DbiResourceId"] == before["DbiResourceId"]
    assert renamed["Endpoint"] != before["Endpoint"]
    assert query_endpoint(renamed, name, name, "SELECT number FROM kept") == [(1,)]

    create(rds, name, **settings)
    again = available(rds, name)
    assert again["Endpoint"] == before["Endpoint"]
    assert query_endpoint(again, name, name, "SELECT to_regclass('kept')") == [(None,)]


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"NewDBInstanceIdentifier": "another"}, "InvalidParameterCombination"),
        ({"NewDBInstanceIdentifier": "-another-", "ApplyImmediately": True}, "InvalidParameterValue"),
        ({"NewDBInstanceIdentifier": "itself", "ApplyImmediately": True}, "DBInstanceAlreadyExists"),
    ],
)
def test_an_impossible_identifier_is_refused(rds: Any, name: str, settings: dict[str, Any], code: str) -> None:
    create(rds, name)
    available(rds, name)
    asked = settings["NewDBInstanceIdentifier"].replace("itself", name)
    assert code in refusal(
        rds.modify_db_instance, DBInstanceIdentifier=name, **settings | {"NewDBInstanceIdentifier": asked}
    )
    assert described(rds, name)["DBInstanceStatus"] == "available"
