"""RDS instances are roles and databases on the real Postgres, and the API reports only existing ones."""

import json
import uuid
from collections.abc import Iterator
from contextlib import closing, suppress
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest

from dockerless_testing.emulator import Emulator
from dockerless_testing.rds_instances import PASSWORD, available, create, described, query
from dockerless_testing.refusals import refusal
from dockerless_testing.waiting import wait_until


@pytest.fixture
def rds(emulator: Emulator) -> Any:
    return emulator.client("rds")


@pytest.fixture
def name(rds: Any) -> Iterator[str]:
    """Yields a name for an instance, its role and its database. The instance is deleted afterwards."""
    unique = f"t{uuid.uuid4().hex[:10]}"
    yield unique
    with suppress(rds.exceptions.DBInstanceNotFoundFault):
        rds.delete_db_instance(DBInstanceIdentifier=unique, SkipFinalSnapshot=True)


def test_a_new_instance_is_a_role_that_owns_its_database(emulator: Emulator, rds: Any, name: str) -> None:
    created = create(rds, name)
    assert created["DBInstanceStatus"] == "creating"
    assert "Endpoint" not in created
    shown = available(rds, name)
    server = urlsplit(emulator.postgres_url)
    assert (shown["Endpoint"]["Address"], shown["Endpoint"]["Port"]) == (server.hostname, server.port)
    rows = query(
        emulator, name, PASSWORD, name,
        "SELECT rolname, rolsuper, rolcreatedb, rolcanlogin FROM pg_roles "
        "JOIN pg_database ON datdba = pg_roles.oid WHERE datname = current_database()",
    )  # fmt: skip
    assert rows == [(name, False, True, True)]


def test_the_password_is_in_no_answer(rds: Any, name: str) -> None:
    create(rds, name)
    shown = available(rds, name)
    assert PASSWORD not in json.dumps(shown, default=str)


def test_a_name_with_quotes_and_a_password_with_quotes_stay_themselves(emulator: Emulator, rds: Any, name: str) -> None:
    create(rds, name, MasterUsername=f'{name}";x', MasterUserPassword="it's-a-$tricky;one")
    available(rds, name)
    rows = query(emulator, f'{name}";x', "it's-a-$tricky;one", name, "SELECT current_user")
    assert rows == [(f'{name}";x',)]


def test_a_new_password_works_and_the_old_one_does_not(emulator: Emulator, rds: Any, name: str) -> None:
    create(rds, name)
    available(rds, name)
    rds.modify_db_instance(DBInstanceIdentifier=name, MasterUserPassword="second-password-2")
    assert query(emulator, name, "second-password-2", name, "SELECT 1") == [(1,)]
    with pytest.raises(psycopg2.OperationalError):
        query(emulator, name, PASSWORD, name, "SELECT 1")


def test_deleting_drops_the_database_and_the_role_though_in_use(emulator: Emulator, rds: Any, name: str) -> None:
    create(rds, name)
    available(rds, name)
    server = urlsplit(emulator.postgres_url)
    in_use = psycopg2.connect(host=server.hostname, port=server.port, user=name, password=PASSWORD, dbname=name)
    with closing(in_use):
        answer = rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)["DBInstance"]
    assert answer["DBInstanceStatus"] == "deleting"
    assert "DBInstanceNotFound" in refusal(rds.describe_db_instances, DBInstanceIdentifier=name)
    with closing(psycopg2.connect(emulator.postgres_url)) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT datname FROM pg_database WHERE datname = %s UNION SELECT rolname FROM pg_roles WHERE rolname = %s",
            (name, name),
        )
        assert cursor.fetchall() == []


def test_an_instance_made_again_keeps_its_data_and_takes_the_new_password(
    emulator: Emulator, rds: Any, name: str
) -> None:
    """An emulator without a saved state forgets its instances, and Postgres keeps their data."""
    with closing(psycopg2.connect(emulator.postgres_url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'an-older-one'")
            cursor.execute(f"CREATE DATABASE {name} OWNER {name}")
    query(emulator, name, "an-older-one", name, "CREATE TABLE kept AS SELECT 42 AS answer")
    create(rds, name)
    available(rds, name)
    assert query(emulator, name, PASSWORD, name, "SELECT answer FROM kept") == [(42,)]


def test_a_managed_password_is_random_and_opens_the_database(emulator: Emulator, rds: Any, name: str) -> None:
    key = emulator.client("kms").create_key()["KeyMetadata"]["Arn"]
    managed = {"ManageMasterUserPassword": True, "MasterUserSecretKmsKeyId": key}
    created = create(rds, name, MasterUserPassword=None, **managed)
    assert available(rds, name)["MasterUserSecret"]["KmsKeyId"] == key
    secrets = emulator.client("secretsmanager")
    arn = created["MasterUserSecret"]["SecretArn"]
    assert arn.split(":")[6].startswith("rds!db-")
    assert secrets.describe_secret(SecretId=arn)["KmsKeyId"] == key
    first = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    assert first["username"] == name
    assert query(emulator, name, first["password"], name, "SELECT 1") == [(1,)]
    rds.modify_db_instance(DBInstanceIdentifier=name, RotateMasterUserPassword=True, ApplyImmediately=True)
    second = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
    assert second["password"] != first["password"]
    assert query(emulator, name, second["password"], name, "SELECT 1") == [(1,)]


def test_a_managed_password_that_is_managed_again_keeps_its_secret(rds: Any, name: str) -> None:
    create(rds, name, MasterUserPassword=None, ManageMasterUserPassword=True)
    before = available(rds, name)["MasterUserSecret"]
    rds.modify_db_instance(DBInstanceIdentifier=name, ManageMasterUserPassword=True, ApplyImmediately=True)
    assert available(rds, name)["MasterUserSecret"] == before


def test_every_instance_has_its_own_resource_id(rds: Any, name: str) -> None:
    other = f"{name}b"
    ids = {create(rds, each)["DbiResourceId"] for each in (name, other)}
    assert len(ids) == 2
    for each in (name, other):
        resource_id = available(rds, each)["DbiResourceId"]
        found = rds.describe_db_instances(Filters=[{"Name": "dbi-resource-id", "Values": [resource_id]}])
        assert [shown["DBInstanceIdentifier"] for shown in found["DBInstances"]] == [each]
    rds.delete_db_instance(DBInstanceIdentifier=other, SkipFinalSnapshot=True)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"Engine": "mysql"}, "mysql"),
        ({"EngineVersion": "9.6"}, "this machine has the major versions"),
        ({"MasterUsername": "rdsadmin"}, "MasterUsername rdsadmin"),
        ({"Port": 80}, "1150"),
        ({"MasterUserPassword": "short"}, "8 to 128"),
        ({"MasterUserPassword": "with@sign-inside"}, "printable ASCII"),
        ({"CharacterSetName": "UTF8"}, "CharacterSetName"),
    ],
)
def test_what_cannot_be_honoured_is_refused_by_name(rds: Any, name: str, changes: dict[str, Any], named: str) -> None:
    assert named in refusal(create, rds, name, **changes)
    assert "DBInstanceNotFound" in refusal(rds.describe_db_instances, DBInstanceIdentifier=name)


def test_a_role_that_must_not_be_touched_makes_the_instance_fail(emulator: Emulator, rds: Any, name: str) -> None:
    with closing(psycopg2.connect(emulator.postgres_url)) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE {name} SUPERUSER")
        connection.commit()
    create(rds, name)
    wait_until(lambda: described(rds, name)["DBInstanceStatus"] == "failed", 20, "the instance to fail")
    assert "Endpoint" not in described(rds, name)
    events = rds.describe_events(SourceIdentifier=name, SourceType="db-instance")["Events"]
    assert any("superuser" in event["Message"] for event in events)
    rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    with closing(psycopg2.connect(emulator.postgres_url)) as connection, connection.cursor() as cursor:
        cursor.execute(f"DROP ROLE {name}")
        connection.commit()


def test_a_new_instance_has_one_event_and_no_backup(rds: Any, name: str) -> None:
    create(rds, name)
    available(rds, name)
    events = rds.describe_events()["Events"]
    assert [event["Message"] for event in events if name in event["SourceIdentifier"]] == ["DB instance created"]
    assert rds.describe_db_snapshots(DBInstanceIdentifier=name)["DBSnapshots"] == []


@pytest.mark.parametrize("operation", ["copy_db_snapshot", "create_db_instance_read_replica"])
def test_copies_that_would_hold_nothing_are_refused(rds: Any, name: str, operation: str) -> None:
    copies = {
        "copy_db_snapshot": {"SourceDBSnapshotIdentifier": name, "TargetDBSnapshotIdentifier": f"{name}b"},
        "create_db_instance_read_replica": {"DBInstanceIdentifier": f"{name}b", "SourceDBInstanceIdentifier": name},
    }
    assert "is not supported by this emulator" in refusal(getattr(rds, operation), **copies[operation])


def test_the_parameters_that_were_set_are_the_users(rds: Any, name: str) -> None:
    rds.create_db_parameter_group(DBParameterGroupName=name, DBParameterGroupFamily="postgres18", Description="-")
    tls = {"ParameterName": "rds.force_ssl", "ParameterValue": "1", "ApplyMethod": "immediate"}
    rds.modify_db_parameter_group(DBParameterGroupName=name, Parameters=[tls])
    for asked in ({}, {"Source": "user"}):
        assert rds.describe_db_parameters(DBParameterGroupName=name, **asked)["Parameters"] == [
            tls | {"Source": "user"}
        ]
    assert rds.describe_db_parameters(DBParameterGroupName=name, Source="engine-default")["Parameters"] == []
    rds.delete_db_parameter_group(DBParameterGroupName=name)


def test_a_global_cluster_cannot_be_there(rds: Any) -> None:
    for operation in (rds.delete_global_cluster, rds.describe_global_clusters):
        with pytest.raises(rds.exceptions.GlobalClusterNotFoundFault):
            operation(GlobalClusterIdentifier="none")
    assert rds.describe_global_clusters()["GlobalClusters"] == []
