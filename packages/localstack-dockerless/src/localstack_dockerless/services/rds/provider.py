"""Provides RDS: moto's API, with DB instances that exist.

The first instance is on the Postgres of `EMULATOR_POSTGRES_URL`. Each other instance has a server of its own. moto
keeps subnet groups, parameter groups, tags and the like. They have no effect on the server.
"""

import json
import logging
from typing import Any

import psycopg2
from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.connect import connect_to
from localstack.services.moto import call_moto, call_moto_with_request

from localstack_dockerless.services.moto_provider import moto_provider
from localstack_dockerless.services.rds import programs, renaming, requests, snapshots, windows
from localstack_dockerless.services.rds.instances import Instance, drop
from localstack_dockerless.services.rds.postgres import NotPossibleError, Server
from localstack_dockerless.services.rds.snapshot_operations import (
    Snapshots,
    check_available,
    checked,
    final_snapshot,
    refusal,
    stack_server,
)
from localstack_dockerless.services.rds.subnet_groups import SubnetGroups, check_zone
from localstack_dockerless.state import registries

LOG = logging.getLogger(__name__)

# moto would report copies, clusters and backups without data.
NOT_EMULATED = (
    "CreateDBCluster", "CreateDBClusterSnapshot", "CreateDBInstanceReadReplica", "CreateDBProxy",
    "CreateDBShardGroup", "CreateGlobalCluster", "PromoteReadReplica", "CopyDBSnapshot", "CreateBlueGreenDeployment",
    "PromoteReadReplicaDBCluster", "RestoreDBClusterFromSnapshot", "RestoreDBClusterToPointInTime",
    "RestoreDBInstanceToPointInTime", "StartDBInstance", "StopDBInstance", "StartExportTask",
)  # fmt: skip


class RdsProvider(  # a class made at run time
    Snapshots,
    SubnetGroups,
    moto_provider("rds", refused=NOT_EMULATED),  # type: ignore[misc]
):
    """Answers the API. See https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/ for each operation."""

    def __init__(self) -> None:
        self.instances: dict[str, Instance] = {}
        if not registries.folder():
            snapshots.forget_unknown(())  # else `saved.py` knows which ones are in the state

    @handler("CreateDBInstance", expand=False)
    def create_db_instance(self, context: RequestContext, request: dict[str, Any]) -> Any:
        postgres = stack_server()
        request = windows.with_windows(request)
        version = _check_create(context, request, postgres)
        other = version and _other_version(request, version)
        own = self.place(context, request, other)
        place = own.server() if own else postgres
        request = {**request, "Port": place.port}
        if "EngineVersion" not in request and version:
            request["EngineVersion"] = str(version)
        shown = call_moto_with_request(context, request)["DBInstance"]
        instance = Instance(
            arn=shown["DBInstanceArn"],
            server=place,
            role=request["MasterUsername"],
            database=request.get("DBName"),
            engine_version=request.get("EngineVersion"),
            password=request.get("MasterUserPassword") or _managed_password(context, shown),
            own=own,
        )
        return {"DBInstance": self.begin_instance(instance, shown)}

    @handler("DescribeDBInstances", expand=False)
    def describe_db_instances(self, context: RequestContext, request: dict[str, Any]) -> Any:
        answer = call_moto(context)
        known = [shown for shown in answer["DBInstances"] if shown["DBInstanceArn"] in self.instances]
        # further instances are being created or deleted
        answer["DBInstances"] = [self.truthful(shown) for shown in known]
        return answer

    @handler("ModifyDBInstance", expand=False)
    def modify_db_instance(self, context: RequestContext, request: dict[str, Any]) -> Any:
        instance = self.find(context, request["DBInstanceIdentifier"])
        if instance is None:
            return call_moto(context)  # answers that it does not exist
        check_available(request["DBInstanceIdentifier"], instance.moto().status)
        try:
            requests.check_modify(request, instance.server.port)
            if request.get("EngineVersion"):
                requests.check_version(request["EngineVersion"], instance.server.major_version())
            if request.get("NewDBInstanceIdentifier"):
                renaming.check(request, instance.moto().backend)
        except requests.RefusedError as error:
            raise CommonServiceException(error.code, str(error)) from error
        # moto would call the Lambda function of a rotation, which a managed secret lacks, and make a second secret
        left_out = {"RotateMasterUserPassword"}
        if instance.moto().manage_master_user_password and request.get("ManageMasterUserPassword"):
            left_out |= {"ManageMasterUserPassword", "MasterUserSecretKmsKeyId"}
        kept = {field: value for field, value in request.items() if field not in left_out}
        shown = call_moto_with_request(context, kept)["DBInstance"]
        if password := _changed_password(context, request, shown):
            _on_server(lambda: instance.server.set_password(instance.role, password))
        if shown["DBInstanceArn"] != instance.arn:
            renaming.rename(instance, shown["DBInstanceArn"], self.instances)
        return {"DBInstance": self.truthful(shown)}

    @handler("RebootDBInstance", expand=False)
    def reboot_db_instance(self, context: RequestContext, request: dict[str, Any]) -> Any:
        instance = self.find(context, request["DBInstanceIdentifier"])
        if instance is None:
            return call_moto(context)  # answers that it does not exist
        check_available(request["DBInstanceIdentifier"], instance.moto().status)
        shown = call_moto(context)["DBInstance"]
        if instance.database:
            database = instance.database
            _on_server(lambda: instance.server.disconnect(database))
        return {"DBInstance": self.truthful(shown)}

    @handler("DeleteDBInstance", expand=False)
    def delete_db_instance(self, context: RequestContext, request: dict[str, Any]) -> Any:
        instance = self.find(context, request["DBInstanceIdentifier"])
        if instance is None:
            return call_moto(context)  # answers that it does not exist
        name = final_snapshot(request)
        if instance.moto().deletion_protection:
            return call_moto(context)  # answers why not
        if instance.moto().status == "deleting":
            raise refusal(
                "InvalidDBInstanceState", f"Instance {request['DBInstanceIdentifier']} is already being deleted."
            )
        if name:
            self.delete_with_snapshot(instance, name)
            return {"DBInstance": _described(context, request["DBInstanceIdentifier"])}
        instance.deleted.set()
        if instance.own or instance.moto().status == "available":
            _on_server(lambda: drop(instance))
        shown = call_moto(context)["DBInstance"]
        answer = {**self.truthful(shown), "DBInstanceStatus": "deleting"}
        del self.instances[instance.arn]
        return {"DBInstance": answer}

    @handler("DeleteGlobalCluster", expand=False)
    def delete_global_cluster(self, _context: RequestContext, request: dict[str, Any]) -> Any:
        """Finds none, because none can be created. moto fails at an unknown one."""
        raise _no_global_cluster(request)

    @handler("DescribeGlobalClusters", expand=False)
    def describe_global_clusters(self, _context: RequestContext, request: dict[str, Any]) -> Any:
        if request.get("GlobalClusterIdentifier"):
            raise _no_global_cluster(request)
        return {"GlobalClusters": []}

    @handler("DescribeDBParameters", expand=False)
    def describe_db_parameters(self, context: RequestContext, request: dict[str, Any]) -> Any:
        """Adds the source `user`: moto keeps only the parameters that were set, and no engine's defaults.

        https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameters.html
        """
        answer = call_moto(context)
        asked = request.get("Source") or "user"
        found = [{**parameter, "Source": "user"} for parameter in answer.get("Parameters", [])]
        return {**answer, "Parameters": found if asked == "user" else []}

    def truthful(self, shown: dict[str, Any]) -> dict[str, Any]:
        """Returns `shown` with its real endpoint once it is available, and without a password."""
        instance = self.instances[shown["DBInstanceArn"]]
        database = instance.moto()
        shown = {name: value for name, value in shown.items() if name != "Endpoint"}
        if database is not None:
            shown |= {"DBInstanceStatus": database.status, "DbiResourceId": database.dbi_resource_id}
        if shown["DBInstanceStatus"] == "available":
            endpoint = {"Address": instance.server.host, "Port": instance.server.port}
            shown["Endpoint"] = {**endpoint, "HostedZoneId": "Z1RLNUO7B9Q6NB"}
            shown["DbInstancePort"] = 0  # as AWS answers it; the endpoint has the port
        return shown


def _no_global_cluster(request: dict[str, Any]) -> CommonServiceException:
    message = f"Global cluster {request['GlobalClusterIdentifier']} not found"
    return CommonServiceException("GlobalClusterNotFoundFault", message, 404, sender_fault=True)


def _check_create(context: RequestContext, request: dict[str, Any], postgres: Server) -> int | None:
    """Returns the server's major version. None: it cannot be reached yet."""
    try:
        requests.check_create(request)
        check_zone(context, request.get("AvailabilityZone"))
        version = postgres.major_version()
    except requests.RefusedError as error:
        raise CommonServiceException(error.code, str(error)) from error
    except psycopg2.OperationalError as error:
        LOG.warning("Postgres cannot be reached yet: %s", error)
        return None
    return version


def _other_version(request: dict[str, Any], stack: int) -> int | None:
    """Returns the major version of an instance that needs a server of its own for it."""
    other: int | None = checked(requests.other_version, request.get("EngineVersion"), stack, programs.installed())
    return other


def _on_server(action: Any) -> None:
    try:
        action()
    except (psycopg2.Error, NotPossibleError) as error:
        raise CommonServiceException("InvalidDBInstanceState", f"Postgres: {error}") from error


def _changed_password(context: RequestContext, request: dict[str, Any], shown: dict[str, Any]) -> str | None:
    if request.get("MasterUserPassword"):
        return str(request["MasterUserPassword"])
    if request.get("RotateMasterUserPassword"):
        _secrets(context).put_secret_value(
            SecretId=shown["MasterUserSecret"]["SecretArn"],
            SecretString=requests.credentials(shown["MasterUsername"]),
        )
    if request.get("ManageMasterUserPassword") or request.get("RotateMasterUserPassword"):
        return _managed_password(context, shown)
    return None


def _managed_password(context: RequestContext, shown: dict[str, Any]) -> str:
    secret = _secrets(context).get_secret_value(SecretId=shown["MasterUserSecret"]["SecretArn"])
    return str(json.loads(secret["SecretString"])["password"])


def _described(context: RequestContext, identifier: str) -> dict[str, Any]:
    rds = connect_to(region_name=context.region, aws_access_key_id=context.account_id).rds
    described: dict[str, Any] = rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"][0]
    return described


def _secrets(context: RequestContext) -> Any:
    return connect_to(region_name=context.region, aws_access_key_id=context.account_id).secretsmanager
