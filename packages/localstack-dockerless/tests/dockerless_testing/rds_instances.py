"""Makes, awaits and queries DB instances for the RDS tests."""

from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from dockerless_testing.emulator import Emulator
from dockerless_testing.waiting import wait_until

PASSWORD = "first-password-1"


def create(rds: Any, name: str, **changes: Any) -> Any:
    settings = {
        "DBInstanceIdentifier": name,
        "Engine": "postgres",
        "EngineVersion": "18",
        "DBInstanceClass": "db.t4g.micro",
        "AllocatedStorage": 20,
        "DBName": name,
        "MasterUsername": name,
        "MasterUserPassword": PASSWORD,
        **changes,
    }
    given = {key: value for key, value in settings.items() if value is not None}
    return rds.create_db_instance(**given)["DBInstance"]


def described(rds: Any, name: str) -> Any:
    return rds.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]


def available(rds: Any, name: str) -> Any:
    def instance() -> Any:
        shown = described(rds, name)
        return shown if shown["DBInstanceStatus"] == "available" else None

    return wait_until(instance, 60, f"DB instance {name}")


def query(emulator: Emulator, user: str, password: str, database: str, statement: str) -> Any:
    server = urlsplit(emulator.postgres_url)
    connection = psycopg2.connect(host=server.hostname, port=server.port, user=user, password=password, dbname=database)
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
        connection.commit()
        return rows


def query_endpoint(shown: Any, user: str, database: str, statement: str, password: str = PASSWORD) -> Any:
    """Runs the statement at the address and the port of DescribeDBInstances."""
    endpoint = shown["Endpoint"]
    connection = psycopg2.connect(
        host=endpoint["Address"], port=endpoint["Port"], user=user, password=password, dbname=database
    )
    with closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)
        rows = cursor.fetchall() if cursor.description else []
        connection.commit()
        return rows


def gone(rds: Any, name: str) -> None:
    """Waits until the instance no longer exists."""

    def is_gone() -> bool:
        try:
            described(rds, name)
        except rds.exceptions.DBInstanceNotFoundFault:
            return True
        return False

    wait_until(is_gone, 40, f"DB instance {name} to be gone")


def snapshot_available(rds: Any, identifier: str) -> Any:
    """Waits until the snapshot is available. Returns its description."""

    def found() -> Any:
        shown = rds.describe_db_snapshots(DBSnapshotIdentifier=identifier)["DBSnapshots"][0]
        return shown if shown["Status"] == "available" else None

    return wait_until(found, 60, f"DB snapshot {identifier}")
