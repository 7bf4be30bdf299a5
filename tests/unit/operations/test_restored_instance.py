"""The restore finds the newest snapshot, waits for AWS, and says what it cannot do."""

import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from operations.one_off_task import TaskError, run_task
from operations.restored_instance import DatabaseInstance, RestoreError, Snapshot

SETTINGS = {
    "identifier": "energy",
    "class": "db.t4g.medium",
    "subnet_group": "energy",
    "parameter_group": "energy-postgres18",
    "security_group_ids": ["sg-1"],
    "multi_az": True,
    "deletion_protection": True,
    "kms_key_arn": "arn:key",
    "roles_function": "energy-database_roles",
}
TAKEN = datetime(2026, 11, 1, 3, tzinfo=UTC)


class NotFound(ClientError):  # noqa: N818 -- boto3's name ends with Fault
    def __init__(self) -> None:
        super().__init__({"Error": {"Code": "DBInstanceNotFound", "Message": "gone"}}, "DescribeDBInstances")


class FakeRds:
    """RDS with instances whose status changes with each look at it, and with snapshots."""

    class exceptions:  # noqa: N801 -- boto3's own name
        class DBSnapshotNotFoundFault(Exception):  # noqa: N818
            pass

    def __init__(self, statuses: dict[str, list[str]], snapshots: list[dict[str, Any]] | None = None) -> None:
        self.statuses, self.snapshots = statuses, snapshots or []
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def describe_db_instances(self, **request: Any) -> Any:
        found = self.statuses.get(request["DBInstanceIdentifier"], [])
        if not found:
            raise NotFound
        status = found.pop(0) if len(found) > 1 else found[0]
        secret = {"SecretArn": "arn:secret", "SecretStatus": "active"}
        return {"DBInstances": [{"DBInstanceStatus": status, "MasterUserSecret": secret}]}

    def describe_db_snapshots(self, **request: Any) -> Any:
        named = request.get("DBSnapshotIdentifier")
        found = [each for each in self.snapshots if named in (None, each["DBSnapshotIdentifier"])]
        if named and not found:
            raise self.exceptions.DBSnapshotNotFoundFault
        return {"DBSnapshots": found}

    def get_paginator(self, operation: str) -> Any:
        assert operation == "describe_db_snapshots"
        return type("Pages", (), {"paginate": lambda _, **request: [self.describe_db_snapshots()]})()

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> dict[str, Any]:
            self.calls.append((operation, request))
            if operation == "delete_db_instance":
                self.statuses[request["DBInstanceIdentifier"]] = []
            return {}

        return call


def instance(rds: FakeRds) -> DatabaseInstance:
    return DatabaseInstance(rds, SETTINGS, pause=lambda _: None)


def snapshot(name: str, hour: int, status: str = "available") -> dict[str, Any]:
    return {"DBSnapshotIdentifier": name, "SnapshotCreateTime": TAKEN.replace(hour=hour), "Status": status}


def test_the_newest_snapshot_that_is_available_is_taken() -> None:
    rds = FakeRds({}, [snapshot("a", 3), snapshot("b", 5), snapshot("c", 7, "creating")])
    assert instance(rds).newest_snapshot() == Snapshot("b", TAKEN.replace(hour=5))


@pytest.mark.parametrize("snapshots", [[], [snapshot("a", 3, "failed")]])
def test_without_a_snapshot_there_is_no_restore(snapshots: list[dict[str, Any]]) -> None:
    with pytest.raises(RestoreError, match="energy has no snapshot that is available"):
        instance(FakeRds({}, snapshots)).newest_snapshot()


@pytest.mark.parametrize(("name", "says"), [("a", "is creating"), ("none", "there is no snapshot none")])
def test_a_named_snapshot_must_be_available(name: str, says: str) -> None:
    with pytest.raises(RestoreError, match=says):
        instance(FakeRds({}, [snapshot("a", 3, "creating")])).snapshot(name)


def test_a_restore_has_the_settings_of_the_deployment_and_waits() -> None:
    rds = FakeRds({"energy": ["creating", "backing-up", "available"]})
    instance(rds).restore(Snapshot("a", TAKEN))
    ((operation, request),) = rds.calls
    assert operation == "restore_db_instance_from_db_snapshot"
    assert request["DBInstanceIdentifier"] == "energy"
    assert request["DBParameterGroupName"] == "energy-postgres18"
    assert request["VpcSecurityGroupIds"] == ["sg-1"]
    assert request["MultiAZ"] is True
    assert rds.statuses["energy"] == ["available"]


@pytest.mark.parametrize("status", ["failed", "incompatible-network"])
def test_an_instance_that_does_not_come_up_ends_the_restore(status: str) -> None:
    with pytest.raises(RestoreError, match=f"energy is {status}"):
        instance(FakeRds({"energy": ["creating", status]})).restore(Snapshot("a", TAKEN))


def test_the_destroy_takes_the_protection_off_and_keeps_the_automated_backups() -> None:
    rds = FakeRds({"energy": ["available"]})
    instance(rds).destroy()
    assert [operation for operation, _ in rds.calls] == ["modify_db_instance", "delete_db_instance"]
    assert rds.calls[0][1]["DeletionProtection"] is False
    assert rds.calls[1][1]["DeleteAutomatedBackups"] is False
    assert instance(rds).status() is None


class FakeFunctions:
    """Lambda with one answer."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.payload: Any = None

    def invoke(self, **request: Any) -> Any:
        self.payload = json.loads(request["Payload"])
        return self.answer


def test_the_roles_get_the_passwords_of_their_secrets_by_the_new_master_user() -> None:
    rds, functions = FakeRds({"energy": ["resetting-master-credentials", "available"]}), FakeFunctions({})
    instance(rds).open(functions)
    assert rds.calls[0][1]["ManageMasterUserPassword"] is True
    assert rds.calls[0][1]["MasterUserSecretKmsKeyId"] == "arn:key"
    assert functions.payload == {"master_secret_arn": "arn:secret"}


def test_a_function_that_fails_ends_the_restore() -> None:
    functions = FakeFunctions({"FunctionError": "Unhandled", "Payload": io.BytesIO(b"no database")})
    with pytest.raises(RestoreError, match="energy-database_roles failed: no database"):
        instance(FakeRds({"energy": ["available"]})).open(functions)


TASK = {
    "cluster": "energy",
    "task_definition": "energy-migration",
    "container": "migration",
    "subnet_ids": ["subnet-1"],
    "security_group_ids": ["sg-1"],
}


class FakeEcs:
    """ECS with a task that ends with an exit code."""

    def __init__(self, exit_code: int | None, failures: list[Any] | None = None, reason: str = "") -> None:
        self.exit_code, self.failures, self.reason = exit_code, failures or [], reason
        self.request: dict[str, Any] = {}
        self.looks = 0

    def run_task(self, **request: Any) -> Any:
        self.request = request
        return {"tasks": [] if self.failures else [{"taskArn": "arn:task"}], "failures": self.failures}

    def describe_tasks(self, **_: Any) -> Any:
        self.looks += 1
        containers = [{"name": "sidecar", "exitCode": 1}, {"name": "migration", "exitCode": self.exit_code}]
        status = "RUNNING" if self.looks == 1 else "STOPPED"
        return {"tasks": [{"lastStatus": status, "containers": containers, "stoppedReason": self.reason}]}


def test_a_task_runs_the_command_in_its_container() -> None:
    ecs = FakeEcs(0)
    assert run_task(ecs, TASK, ["python", "-m", "service"], pause=lambda _: None) == "arn:task"
    overrides = ecs.request["overrides"]["containerOverrides"]
    assert overrides == [{"name": "migration", "command": ["python", "-m", "service"]}]
    network = ecs.request["networkConfiguration"]["awsvpcConfiguration"]
    assert network == {"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED"}


@pytest.mark.parametrize(
    ("ecs", "says"),
    [
        (FakeEcs(0, [{"reason": "RESOURCE:MEMORY"}]), "starts no task for `fill`: RESOURCE:MEMORY"),
        (FakeEcs(1), "`fill` failed with 1 in arn:task"),
        (FakeEcs(None, reason="CannotPullContainerError"), "failed with None in arn:task: CannotPullContainerError"),
    ],
    ids=["not placed", "failed", "not started"],
)
def test_a_task_that_fails_says_why(ecs: FakeEcs, says: str) -> None:
    with pytest.raises(TaskError, match=says):
        run_task(ecs, TASK, ["fill"], pause=lambda _: None)
