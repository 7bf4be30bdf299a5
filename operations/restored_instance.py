"""Restores the DB instance of a deployment from a snapshot, under its own identifier, so that its endpoint is the same.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html
"""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

POLL_SECONDS = 1.0
MOST_SECONDS = 7200.0
"""A snapshot of some 100 GiB takes minutes. AWS gives no bound."""


class RestoreError(Exception):
    """The database cannot be restored. The message says why, and what to do."""


@dataclass(frozen=True)
class Snapshot:
    """A DB snapshot, and when it was taken."""

    identifier: str
    taken_at: datetime


class DatabaseInstance:
    """The DB instance of the output `database_instance`, which may be gone."""

    def __init__(self, rds: Any, instance: Mapping[str, Any], *, pause: Callable[[float], None] = time.sleep) -> None:
        self.rds = rds
        self.identifier: str = instance["identifier"]
        self._settings = instance
        self._pause = pause

    def status(self) -> str | None:
        """Returns the status of the instance, or None if it is gone."""
        return self._status(self.identifier)

    def newest_snapshot(self) -> Snapshot:
        """Returns the newest snapshot that is available, automated or manual. Raises `RestoreError`."""
        pages = self.rds.get_paginator("describe_db_snapshots").paginate(DBInstanceIdentifier=self.identifier)
        found = [
            Snapshot(each["DBSnapshotIdentifier"], each["SnapshotCreateTime"])
            for page in pages
            for each in page["DBSnapshots"]
            if each["Status"] == "available"
        ]
        if not found:
            raise RestoreError(f"{self.identifier} has no snapshot that is available")
        return max(found, key=lambda each: each.taken_at)

    def snapshot(self, name: str) -> Snapshot:
        """Returns the snapshot of that name. Raises `RestoreError` unless it is available."""
        try:
            (found,) = self.rds.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"]
        except self.rds.exceptions.DBSnapshotNotFoundFault as error:
            raise RestoreError(f"there is no snapshot {name}") from error
        if found["Status"] != "available":
            raise RestoreError(f"the snapshot {name} is {found['Status']}")
        return Snapshot(name, found["SnapshotCreateTime"])

    def take_snapshot(self, name: str) -> Snapshot:
        """Takes a snapshot and waits until it is available."""
        self.rds.create_db_snapshot(DBInstanceIdentifier=self.identifier, DBSnapshotIdentifier=name)

        def taken() -> Snapshot | None:
            (found,) = self.rds.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"]
            if found["Status"] == "failed":
                raise RestoreError(f"the snapshot {name} failed")
            return Snapshot(name, found["SnapshotCreateTime"]) if found["Status"] == "available" else None

        return self._wait(taken, f"the snapshot {name}")

    def forget(self, snapshot: Snapshot) -> None:
        """Deletes a snapshot that was taken by hand."""
        self.rds.delete_db_snapshot(DBSnapshotIdentifier=snapshot.identifier)

    def destroy(self) -> None:
        """Deletes the instance with its data, and waits until it is gone. Its automated backups stay."""
        self.rds.modify_db_instance(
            DBInstanceIdentifier=self.identifier, DeletionProtection=False, ApplyImmediately=True
        )
        self._wait_until_available(self.identifier)
        self.rds.delete_db_instance(
            DBInstanceIdentifier=self.identifier, SkipFinalSnapshot=True, DeleteAutomatedBackups=False
        )
        self._wait(lambda: self.status() is None, f"the end of {self.identifier}")

    def set_aside(self, name: str) -> None:
        """Gives the instance another identifier, so that its own is free. Its data stays."""
        self.rds.modify_db_instance(
            DBInstanceIdentifier=self.identifier, NewDBInstanceIdentifier=name, ApplyImmediately=True
        )
        self._wait(lambda: self.status() is None, f"{self.identifier} to be renamed")
        self._wait_until_available(name)

    def restore(self, snapshot: Snapshot) -> None:
        """Restores the snapshot with the settings of Terraform's outputs, and waits until it is available.

        Some settings, such as the days of backups, cannot be given. Terraform's next apply sets them.
        https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
        """
        self.rds.restore_db_instance_from_db_snapshot(
            DBInstanceIdentifier=self.identifier,
            DBSnapshotIdentifier=snapshot.identifier,
            DBInstanceClass=self._settings["class"],
            DBSubnetGroupName=self._settings["subnet_group"],
            DBParameterGroupName=self._settings["parameter_group"],
            VpcSecurityGroupIds=self._settings["security_group_ids"],
            MultiAZ=self._settings["multi_az"],
            PubliclyAccessible=False,
            CopyTagsToSnapshot=True,
            DeletionProtection=self._settings["deletion_protection"],
        )
        self._wait_until_available(self.identifier)

    def open(self, functions: Any) -> None:
        """Lets everybody in with the secrets of the present. The snapshot has the passwords of its time.

        RDS makes a new password and secret for the master user. With it the function `database_roles` gives each role
        the password that its secret has. Raises `RestoreError`.
        https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
        """
        self.rds.modify_db_instance(
            DBInstanceIdentifier=self.identifier,
            ManageMasterUserPassword=True,
            MasterUserSecretKmsKeyId=self._settings["kms_key_arn"],
            ApplyImmediately=True,
        )
        secret = self._wait(self._master_secret, f"the master user's secret of {self.identifier}")
        answer = functions.invoke(
            FunctionName=self._settings["roles_function"],
            Payload=json.dumps({"master_secret_arn": secret}).encode(),
        )
        if "FunctionError" in answer:
            raise RestoreError(f"{self._settings['roles_function']} failed: {answer['Payload'].read().decode()}")

    def _master_secret(self) -> str | None:
        """Returns the ARN of the master user's secret once it is in use."""
        (found,) = self.rds.describe_db_instances(DBInstanceIdentifier=self.identifier)["DBInstances"]
        secret = found.get("MasterUserSecret", {})
        in_use = found["DBInstanceStatus"] == "available" and secret.get("SecretStatus") == "active"
        return str(secret["SecretArn"]) if in_use else None

    def _wait_until_available(self, identifier: str) -> None:
        def available() -> bool:
            status = self._status(identifier)
            if status == "failed" or (status or "").startswith("incompatible"):
                raise RestoreError(f"{identifier} is {status}: `aws rds describe-events` says why")
            return status == "available"

        self._wait(available, f"{identifier} to be available")

    def _status(self, identifier: str) -> str | None:
        try:
            (found,) = self.rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
        except ClientError as error:
            if error.response["Error"]["Code"] in ("DBInstanceNotFound", "DBInstanceNotFoundFault"):
                return None
            raise
        return str(found["DBInstanceStatus"])

    def _wait[T](self, found: Callable[[], T | None], what: str) -> T:
        deadline = time.monotonic() + MOST_SECONDS
        while not (result := found()):
            if time.monotonic() > deadline:
                raise RestoreError(f"AWS needed more than {MOST_SECONDS:.0f} s for {what}")
            self._pause(POLL_SECONDS)
        return result
