"""Provides RDS's DB snapshots: moto's records, each with a copy of the instance's server.

A restored instance gets a server on such a copy. `snapshots.py` makes the copies. Without Postgres' programs
(`EMULATOR_POSTGRES_PROGRAMS`) a request for a snapshot is refused.
"""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.services.moto import call_moto, call_moto_with_request
from moto.core.exceptions import ServiceException
from moto.rds.models import rds_backends

from localstack_dockerless.services.rds import placement, programs, requests, snapshots
from localstack_dockerless.services.rds.instance_metrics import publish_metrics
from localstack_dockerless.services.rds.instances import Instance, drop, forget_pretence, provide_in_background
from localstack_dockerless.services.rds.own_server import OwnServer, version_of
from localstack_dockerless.services.rds.postgres import NotPossibleError, Server, server


def refusal(code: str, reason: str) -> CommonServiceException:
    return CommonServiceException(code, reason, sender_fault=True)


def final_snapshot(request: dict[str, Any]) -> str | None:
    """Returns the name of DeleteDBInstance's last snapshot. None: it requests none. Raises AWS's errors.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DeleteDBInstance.html
    """
    name = request.get("FinalDBSnapshotIdentifier")
    if request.get("SkipFinalSnapshot"):
        if name:
            raise refusal(
                "InvalidParameterCombination",
                "FinalDBSnapshotIdentifier can not be specified when deleting with SkipFinalSnapshot.",
            )
        return None
    if not name:
        raise refusal(
            "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
        )
    check_programs("A final DB snapshot")
    return str(name)


def check_programs(what: str) -> None:
    if not programs.available():
        raise refusal(
            "InvalidParameterValue",
            f"{what} is not supported by this emulator, which has no Postgres programs to copy a server with "
            f"({programs.PROGRAMS_VARIABLE}).",
        )


def check_available(identifier: str, status: str) -> None:
    if status != "available":
        raise refusal("InvalidDBInstanceState", f"Instance {identifier} is not in available state: it is {status}.")


class Snapshots:
    """Has the operations on snapshots of `RdsProvider`, which has the instances."""

    instances: dict[str, Instance]

    @handler("CreateDBSnapshot", expand=False)
    def create_db_snapshot(self, context: RequestContext, request: dict[str, Any]) -> Any:
        check_programs("CreateDBSnapshot")
        instance = self.find(context, request["DBInstanceIdentifier"])
        if instance is None:
            return call_moto(context)  # answers that it does not exist
        check_available(request["DBInstanceIdentifier"], instance.moto().status)
        answer = call_moto(context)
        self.begin(snapshots.find(context.account_id, context.region, request["DBSnapshotIdentifier"]), instance)
        return {"DBSnapshot": {**answer["DBSnapshot"], "Status": "creating", "PercentProgress": 0}}

    @handler("DeleteDBSnapshot", expand=False)
    def delete_db_snapshot(self, context: RequestContext, request: dict[str, Any]) -> Any:
        snapshot = snapshots.find(context.account_id, context.region, request["DBSnapshotIdentifier"])
        if snapshot is not None and snapshot.status == "creating":
            raise refusal("InvalidDBSnapshotState", "The DB snapshot is still being created.")
        answer = call_moto(context)
        snapshots.forget(snapshot.arn)
        return answer

    @handler("RestoreDBInstanceFromDBSnapshot", expand=False)
    def restore_db_instance_from_db_snapshot(self, context: RequestContext, request: dict[str, Any]) -> Any:
        """Restores an instance where a new one with its names and port would be. Users and passwords are the copy's.

        https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBInstanceFromDBSnapshot.html
        """
        checked(requests.check_restore, request)
        snapshot = snapshots.find(context.account_id, context.region, request.get("DBSnapshotIdentifier") or "")
        if snapshot is None:
            return call_moto(context)  # answers that it does not exist
        if snapshot.status != "available":
            raise refusal("InvalidDBSnapshotState", f"The DB snapshot is {snapshot.status}.")
        port = request.get("Port") or snapshot.port
        copy = snapshots.folder_of(snapshot.arn)
        own = self.place(context, {**request, **_names(snapshot), "Port": port}, version_of(copy))
        shown = call_moto_with_request(context, {**request, "Port": port})["DBInstance"]
        instance = Instance(
            arn=shown["DBInstanceArn"],
            server=own.server() if own else stack_server(),
            role=snapshot.master_username,
            database=shown.get("DBName"),
            engine_version=None,
            password=None,
            own=own,
            copy=copy,
            snapshot=snapshot.db_snapshot_identifier,
        )
        return {"DBInstance": self.begin_instance(instance, shown)}

    def begin_instance(self, instance: Instance, shown: dict[str, Any]) -> dict[str, Any]:
        """Adds moto's new instance, and starts it in the background."""
        self.instances[instance.arn] = instance
        forget_pretence(instance.moto())
        provide_in_background(instance)
        publish_metrics(instance)
        return self.truthful(shown)

    def delete_with_snapshot(self, instance: Instance, name: str) -> None:
        """Takes the last snapshot, then deletes the instance. If the snapshot fails, the instance stays."""
        database = instance.moto()
        backend, identifier = database.backend, database.db_instance_identifier
        check_available(identifier, database.status)
        try:
            backend.validate_db_snapshot_identifier(name, parameter_name="FinalDBSnapshotIdentifier")
            snapshot = backend.create_db_snapshot(identifier, name)
        except ServiceException as error:
            raise refusal(error.code, error.message) from error
        database.status = "deleting"

        def then(*, taken: bool) -> None:
            if not taken:
                database.status = "available"
                return
            instance.deleted.set()
            drop(instance)
            backend.delete_db_instance(identifier, skip_final_snapshot=True)
            del self.instances[instance.arn]

        self.begin(snapshot, instance, then)

    def begin(self, snapshot: Any, instance: Instance, then: snapshots.Then | None = None) -> None:
        """Starts moto's new snapshot. A restored instance has its own password, also if the source's is managed."""
        snapshot.database.manage_master_user_password = False
        snapshots.take_in_background(snapshot, instance, then)

    def place(self, context: RequestContext, request: dict[str, Any], major: int | None) -> OwnServer | None:
        """Returns the own server of a new instance. None is the stack's server. Raises AWS's errors.

        `major` is the version of an instance that differs from the stack's server.
        """
        arn = f"arn:aws:rds:{context.region}:{context.account_id}:db:{request['DBInstanceIdentifier'].lower()}"
        if arn in self.instances:
            return None  # moto answers it in AWS's words
        own: OwnServer | None = checked(
            placement.place, arn, request, stack_server(), list(self.instances.values()), major
        )
        return own

    def truthful(self, shown: dict[str, Any]) -> dict[str, Any]:
        raise NotImplementedError

    def find(self, context: RequestContext, identifier: str) -> Instance | None:
        database = rds_backends[context.account_id][context.region].databases.get(identifier.lower())
        return self.instances.get(database.arn) if database else None


def stack_server() -> Server:
    try:
        return server()
    except NotPossibleError as error:
        raise CommonServiceException("InternalFailure", str(error), status_code=501) from error


def _names(snapshot: Any) -> dict[str, Any]:
    """Returns the master user and the database of a snapshot, as a request to create them has them."""
    return {"MasterUsername": snapshot.master_username, "DBName": snapshot.database.db_name}


def checked(check: Any, *arguments: Any) -> Any:
    try:
        return check(*arguments)
    except requests.RefusedError as error:
        raise refusal(error.code, str(error)) from error
