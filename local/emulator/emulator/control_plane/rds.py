"""RDS: moto's API, with DB instances that exist, on the Postgres of `EMULATOR_POSTGRES_URL`.

Subnet groups, parameter groups, tags and the like are moto's, kept and without effect on the server.
"""

import json
import logging
from typing import Any

import psycopg2
from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.connect import connect_to
from localstack.services.moto import call_moto, call_moto_with_request
from moto.rds.models import MasterUserSecret, rds_backends

from emulator.control_plane.moto_provider import moto_provider
from emulator.monitoring.database_storage import publish_free_storage
from emulator.rds import requests
from emulator.rds.instances import Instance, forget_pretence, provide_in_background
from emulator.rds.postgres import NotPossibleError, Server, server

LOG = logging.getLogger(__name__)

# moto would report copies, clusters and backups of data that are nowhere.
NOT_EMULATED = (
    "CreateDBCluster", "CreateDBClusterSnapshot", "CreateDBInstanceReadReplica", "CreateDBProxy",
    "CreateDBShardGroup", "CreateDBSnapshot", "CreateGlobalCluster", "PromoteReadReplica",
    "PromoteReadReplicaDBCluster", "RestoreDBClusterFromSnapshot", "RestoreDBClusterToPointInTime",
    "RestoreDBInstanceFromDBSnapshot", "RestoreDBInstanceToPointInTime", "StartDBInstance", "StopDBInstance",
    "StartExportTask",
)  # fmt: skip


class RdsProvider(moto_provider("rds", refused=NOT_EMULATED)):  # type: ignore[misc]  # a class made at run time
    """See https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/ for each operation."""

    def __init__(self) -> None:
        self.instances: dict[str, Instance] = {}
        _make_managed_passwords_real()

    @handler("CreateDBInstance", expand=False)
    def create_db_instance(self, context: RequestContext, request: dict[str, Any]) -> Any:
        postgres = _server()
        version = _check_create(request, postgres)
        self._check_free(request)
        if "EngineVersion" not in request and version:
            request = {**request, "EngineVersion": str(version)}
        shown = call_moto_with_request(context, request)["DBInstance"]
        instance = Instance(
            arn=shown["DBInstanceArn"],
            server=postgres,
            role=request["MasterUsername"],
            database=request.get("DBName"),
            engine_version=request.get("EngineVersion"),
            password=request.get("MasterUserPassword") or _managed_password(context, shown),
        )
        self.instances[instance.arn] = instance
        forget_pretence(instance.moto())
        provide_in_background(instance)
        publish_free_storage(instance)
        return {"DBInstance": self._truthful(shown)}

    @handler("DescribeDBInstances", expand=False)
    def describe_db_instances(self, context: RequestContext, request: dict[str, Any]) -> Any:
        answer = call_moto(context)
        answer["DBInstances"] = [self._truthful(shown) for shown in answer["DBInstances"]]
        return answer

    @handler("ModifyDBInstance", expand=False)
    def modify_db_instance(self, context: RequestContext, request: dict[str, Any]) -> Any:
        instance = self._find(context, request["DBInstanceIdentifier"])
        if instance is None:
            return call_moto(context)  # answers that it does not exist
        try:
            requests.check_modify(request)
            if request.get("EngineVersion"):
                requests.check_version(request["EngineVersion"], instance.server.major_version())
        except requests.RefusedError as error:
            raise CommonServiceException(error.code, str(error)) from error
        # moto would hand a rotation to a Lambda function that no managed secret has
        kept = {field: value for field, value in request.items() if field != "RotateMasterUserPassword"}
        shown = call_moto_with_request(context, kept)["DBInstance"]
        if password := _changed_password(context, request, shown):
            _on_server(lambda: instance.server.set_password(instance.role, password))
        return {"DBInstance": self._truthful(shown)}

    @handler("RebootDBInstance", expand=False)
    def reboot_db_instance(self, context: RequestContext, request: dict[str, Any]) -> Any:
        shown = call_moto(context)["DBInstance"]
        instance = self.instances[shown["DBInstanceArn"]]
        if instance.database:
            database = instance.database
            _on_server(lambda: instance.server.disconnect(database))
        return {"DBInstance": self._truthful(shown)}

    @handler("DeleteDBInstance", expand=False)
    def delete_db_instance(self, context: RequestContext, request: dict[str, Any]) -> Any:
        instance = self._find(context, request["DBInstanceIdentifier"])
        if instance is None or instance.moto().deletion_protection:
            return call_moto(context)  # answers why not
        if not request.get("SkipFinalSnapshot"):
            raise _refusal("A final DB snapshot is not supported by this emulator's RDS: set SkipFinalSnapshot.")
        instance.deleted.set()
        if instance.moto().status == "available":
            _on_server(lambda: instance.server.drop(instance.role, keep=_maintenance_database(instance.server)))
        shown = call_moto(context)["DBInstance"]
        answer = {**self._truthful(shown), "DBInstanceStatus": "deleting"}
        del self.instances[instance.arn]
        return {"DBInstance": answer}

    @handler("DescribeDBParameters", expand=False)
    def describe_db_parameters(self, context: RequestContext, request: dict[str, Any]) -> Any:
        """moto keeps the parameters that were set and no engine's defaults, so each has the source `user`:
        https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBParameters.html
        """
        answer = call_moto(context)
        asked = request.get("Source") or "user"
        found = [{**parameter, "Source": "user"} for parameter in answer.get("Parameters", [])]
        return {**answer, "Parameters": found if asked == "user" else []}

    def _truthful(self, shown: dict[str, Any]) -> dict[str, Any]:
        """`shown` with its real endpoint, or none before it is available; no password is ever in it."""
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

    def _find(self, context: RequestContext, identifier: str) -> Instance | None:
        databases = rds_backends[context.account_id][context.region].databases
        database = databases.get(identifier.lower())
        return self.instances.get(database.arn) if database else None

    def _check_free(self, request: dict[str, Any]) -> None:
        """All instances share one server, so no two can have the same role or database."""
        for other in self.instances.values():
            same_identifier = other.arn.endswith(f":{request['DBInstanceIdentifier'].lower()}")
            if same_identifier:
                continue  # moto says so in AWS's words
            if other.role == request["MasterUsername"]:
                raise _refusal(f"MasterUsername {other.role} is another instance's on this emulator's one server.")
            if other.database and other.database == request.get("DBName"):
                raise _refusal(f"DBName {other.database} is another instance's on this emulator's one server.")


def _check_create(request: dict[str, Any], postgres: Server) -> int | None:
    """The server's major version, None while it cannot be reached."""
    try:
        requests.check_create(request, postgres.superuser)
        version = postgres.major_version()
        requests.check_version(request.get("EngineVersion"), version)
    except requests.RefusedError as error:
        raise CommonServiceException(error.code, str(error)) from error
    except psycopg2.OperationalError as error:
        LOG.warning("Postgres cannot be reached yet: %s", error)
        return None
    return version


def _server() -> Server:
    try:
        return server()
    except NotPossibleError as error:
        raise CommonServiceException("InternalFailure", str(error), status_code=501) from error


def _refusal(reason: str) -> CommonServiceException:
    return CommonServiceException("InvalidParameterValue", reason)


def _on_server(action: Any) -> None:
    try:
        action()
    except (psycopg2.Error, NotPossibleError) as error:
        raise CommonServiceException("InvalidDBInstanceState", f"Postgres: {error}") from error


def _maintenance_database(postgres: Server) -> str:
    return postgres.url.rsplit("/", 1)[-1].split("?")[0] or postgres.superuser


def _changed_password(context: RequestContext, request: dict[str, Any], shown: dict[str, Any]) -> str | None:
    if request.get("MasterUserPassword"):
        return str(request["MasterUserPassword"])
    if request.get("RotateMasterUserPassword"):
        _secrets(context).put_secret_value(
            SecretId=shown["MasterUserSecret"]["SecretArn"],
            SecretString=_credentials(shown["MasterUsername"]),
        )
    if request.get("ManageMasterUserPassword") or request.get("RotateMasterUserPassword"):
        return _managed_password(context, shown)
    return None


def _managed_password(context: RequestContext, shown: dict[str, Any]) -> str:
    secret = _secrets(context).get_secret_value(SecretId=shown["MasterUserSecret"]["SecretArn"])
    return str(json.loads(secret["SecretString"])["password"])


def _secrets(context: RequestContext) -> Any:
    return connect_to(region_name=context.region, aws_access_key_id=context.account_id).secretsmanager


def _credentials(username: str) -> str:
    return json.dumps({"username": username, "password": requests.new_password()})


def _make_managed_passwords_real() -> None:
    """moto gives every managed secret the same made-up user and password."""
    name = "_generate_secret_string"
    if not callable(getattr(MasterUserSecret, name, None)):
        raise RuntimeError(f"moto's MasterUserSecret has no {name}: this emulator fits moto-ext 5.1.25")
    setattr(MasterUserSecret, name, lambda secret: _credentials(secret.resource.master_username))
