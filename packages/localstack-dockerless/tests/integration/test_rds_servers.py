"""DB instances are separate servers, at the requested port, and their snapshots hold their data."""

import uuid
from collections.abc import Callable, Iterator
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
from localstack_dockerless.services.rds import programs


@pytest.fixture
def rds(emulator: Emulator) -> Any:
    return emulator.client("rds")


@pytest.fixture
def new_name(rds: Any) -> Iterator[Callable[[], str]]:
    """Yields a function that makes names for instances, which are deleted afterwards."""
    names: list[str] = []

    def make() -> str:
        names.append(f"s{uuid.uuid4().hex[:10]}")
        return names[-1]

    yield make
    for name in names:
        with suppress(rds.exceptions.DBInstanceNotFoundFault):
            rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def test_instances_with_the_same_names_are_servers_apart(rds: Any, new_name: Callable[[], str]) -> None:
    one, two = new_name(), new_name()
    for each in (one, two):
        create(rds, each, DBName="shop", MasterUsername="shop")
    shown = [available(rds, each) for each in (one, two)]
    assert shown[0]["Endpoint"] != shown[1]["Endpoint"]
    query_endpoint(shown[0], "shop", "shop", "CREATE TABLE orders AS SELECT 1 AS number")
    query_endpoint(shown[0], "shop", "shop", "CREATE ROLE reader")
    assert query_endpoint(shown[1], "shop", "shop", "SELECT to_regclass('orders')") == [(None,)]
    assert query_endpoint(shown[1], "shop", "shop", "SELECT 1 FROM pg_roles WHERE rolname = 'reader'") == []
    rds.modify_db_instance(DBInstanceIdentifier=two, MasterUserPassword="second-password-2")
    assert query_endpoint(shown[0], "shop", "shop", "SELECT number FROM orders") == [(1,)]
    with pytest.raises(psycopg2.OperationalError):
        query_endpoint(shown[1], "shop", "shop", "SELECT 1")
    query_endpoint(shown[0], "shop", "shop", "DROP ROLE reader")


@pytest.mark.parametrize("port", [5432, 15987])
def test_the_endpoint_has_the_port_asked_for(rds: Any, new_name: Callable[[], str], port: int) -> None:
    names = [new_name(), new_name()]
    for name in names:
        create(rds, name, Port=port)
    for name in names:
        shown = available(rds, name)
        assert shown["Endpoint"]["Port"] == port
        assert query_endpoint(shown, name, name, "SELECT inet_server_port()") == [(port,)]


@pytest.mark.parametrize("user", ["postgres", "root", "example"])
def test_the_master_user_owns_the_database_postgres_and_is_no_superuser(
    rds: Any, new_name: Callable[[], str], user: str
) -> None:
    name = new_name()
    create(rds, name, MasterUsername=user, DBName=None, Port=5432)
    rows = query_endpoint(
        available(rds, name), user, "postgres",
        "SELECT rolsuper, pg_get_userbyid(datdba) FROM pg_database, pg_roles "
        "WHERE datname = current_database() AND rolname = current_user",
    )  # fmt: skip
    assert rows == [(False, user)]


def test_a_server_is_gone_with_its_instance(rds: Any, new_name: Callable[[], str]) -> None:
    name = new_name()
    create(rds, name, Port=5432)
    shown = available(rds, name)
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    with pytest.raises(psycopg2.OperationalError):
        query_endpoint(shown, name, name, "SELECT 1")


@pytest.mark.parametrize("settings", [{}, {"Port": 5432}], ids=["the stack's server", "its own server"])
def test_a_final_snapshot_holds_the_data_and_is_restored(
    rds: Any, new_name: Callable[[], str], settings: dict[str, Any]
) -> None:
    name, again = new_name(), new_name()
    create(rds, name, **settings)
    shown = available(rds, name)
    query_endpoint(shown, name, name, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
    answer = rds.delete_db_instance(DBInstanceIdentifier=name, FinalDBSnapshotIdentifier=f"{name}-final")["DBInstance"]
    assert answer["DBInstanceStatus"] == "deleting"
    gone(rds, name)
    snapshot = snapshot_available(rds, f"{name}-final")
    assert (snapshot["SnapshotType"], snapshot["DBInstanceIdentifier"]) == ("manual", name)

    rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier=again, DBSnapshotIdentifier=f"{name}-final")
    restored = available(rds, again)
    assert query_endpoint(restored, name, name, "SELECT count(*) FROM kept") == [(1000,)]
    rds.modify_db_instance(DBInstanceIdentifier=again, MasterUserPassword="second-password-2")
    assert query_endpoint(restored, name, name, "SELECT 1", "second-password-2") == [(1,)]
    rds.delete_db_snapshot(DBSnapshotIdentifier=f"{name}-final")
    assert "DBSnapshotNotFound" in refusal(rds.describe_db_snapshots, DBSnapshotIdentifier=f"{name}-final")


def test_a_manual_snapshot_is_of_its_moment_and_disturbs_nobody(rds: Any, new_name: Callable[[], str]) -> None:
    name, again = new_name(), new_name()
    create(rds, name)
    shown = available(rds, name)
    query_endpoint(shown, name, name, "CREATE TABLE kept AS SELECT 1 AS number")
    answer = rds.create_db_snapshot(DBSnapshotIdentifier=f"{name}-one", DBInstanceIdentifier=name)["DBSnapshot"]
    assert answer["Status"] == "creating"
    snapshot_available(rds, f"{name}-one")
    query_endpoint(shown, name, name, "INSERT INTO kept VALUES (2)")
    rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier=again, DBSnapshotIdentifier=f"{name}-one")
    assert query_endpoint(available(rds, again), name, name, "SELECT number FROM kept") == [(1,)]
    assert query_endpoint(shown, name, name, "SELECT count(*) FROM kept") == [(2,)]
    rds.delete_db_snapshot(DBSnapshotIdentifier=f"{name}-one")


def test_a_deletion_that_aws_refuses_deletes_nothing(rds: Any, new_name: Callable[[], str]) -> None:
    name = new_name()
    create(rds, name)
    available(rds, name)
    rds.create_db_snapshot(DBSnapshotIdentifier=f"{name}-final", DBInstanceIdentifier=name)
    snapshot_available(rds, f"{name}-final")
    refused: list[tuple[dict[str, Any], str]] = [
        ({}, "InvalidParameterCombination"),
        ({"SkipFinalSnapshot": True, "FinalDBSnapshotIdentifier": "one"}, "InvalidParameterCombination"),
        ({"FinalDBSnapshotIdentifier": f"{name}-final"}, "DBSnapshotAlreadyExists"),
        ({"FinalDBSnapshotIdentifier": "-one-"}, "InvalidParameterValue"),
    ]
    for settings, code in refused:
        assert code in refusal(rds.delete_db_instance, DBInstanceIdentifier=name, **settings)
    assert described(rds, name)["DBInstanceStatus"] == "available"
    assert query_endpoint(described(rds, name), name, name, "SELECT 1", PASSWORD) == [(1,)]
    rds.delete_db_snapshot(DBSnapshotIdentifier=f"{name}-final")


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"DBSnapshotIdentifier": "none"}, "DBSnapshotNotFound"),
        ({"DBSnapshotIdentifier": "none", "Engine": "mysql"}, "InvalidParameterValue"),
        ({"DBSnapshotIdentifier": "none", "ManageMasterUserPassword": True}, "InvalidParameterValue"),
    ],
)
def test_what_cannot_be_restored_is_refused(
    rds: Any, new_name: Callable[[], str], settings: dict[str, Any], code: str
) -> None:
    assert code in refusal(rds.restore_db_instance_from_db_snapshot, DBInstanceIdentifier=new_name(), **settings)


def test_an_instance_of_another_installed_major_version_has_a_server_of_it(
    rds: Any, emulator: Emulator, new_name: Callable[[], str]
) -> None:
    """Debian's folders are searched. Without another version there, the refusal names the present version."""
    others = [major for major in programs.installed() if major != 18]
    name = new_name()
    if not others:
        assert "18" in refusal(lambda: create(rds, name, EngineVersion="15.7"))
        return
    create(rds, name, EngineVersion=f"{others[0]}.1")
    shown = available(rds, name)
    assert shown["EngineVersion"] == f"{others[0]}.1"
    [[version]] = query_endpoint(shown, name, name, "SHOW server_version_num")
    assert int(version) // 10000 == others[0]
    rds.create_db_snapshot(DBInstanceIdentifier=name, DBSnapshotIdentifier=f"{name}-copy")
    snapshot_available(rds, f"{name}-copy")
    restored = new_name()
    rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier=restored, DBSnapshotIdentifier=f"{name}-copy")
    [[version]] = query_endpoint(available(rds, restored), name, name, "SHOW server_version_num")
    assert int(version) // 10000 == others[0]
    rds.delete_db_snapshot(DBSnapshotIdentifier=f"{name}-copy")
