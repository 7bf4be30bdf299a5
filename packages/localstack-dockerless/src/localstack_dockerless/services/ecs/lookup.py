"""Finds the clusters, services, tasks and task definitions that a request names, or raises AWS's error."""

from typing import Any

from botocore.exceptions import ClientError
from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.connect import connect_to
from moto.ecs.models import ecs_backends

from localstack_dockerless.services.ecs import identifiers, service_requests
from localstack_dockerless.services.ecs.model import Service, Task
from localstack_dockerless.services.ecs.state import ENGINE


def check(reason: str | None) -> None:
    """Raises AWS's error for a wrong parameter if there is a reason."""
    if reason:
        raise CommonServiceException("InvalidParameterException", reason)


def name_of(name_or_arn: str) -> str:
    return name_or_arn.rsplit("/", 1)[-1]


def services(context: RequestContext) -> list[Service]:
    """Returns the services of the request's account and region."""
    place = (context.region, context.account_id)
    return [service for service in ENGINE.services if (service.region, service.account) == place]


def known(arn: str) -> Service:
    service = ENGINE.service(arn)
    if service is None:
        raise CommonServiceException("ServerException", f"{arn} is moto's alone", status_code=500)
    return service


def cluster_name(context: RequestContext, request: dict[str, Any]) -> str:
    """Returns the name of the request's cluster. Raises AWS's error if it does not exist."""
    given = request.get("cluster") or "default"
    name = name_of(given)
    cluster = ecs_backends[context.account_id][context.region].clusters.get(name)
    if not is_active(context, name) or given not in (name, cluster.arn):
        raise CommonServiceException("ClusterNotFoundException", "Cluster not found.")
    return name


def cluster_arn(context: RequestContext, request: dict[str, Any]) -> str:
    """Returns the ARN of the request's cluster. Raises AWS's error if it does not exist."""
    clusters = ecs_backends[context.account_id][context.region].clusters
    return str(clusters[cluster_name(context, request)].arn)


def is_active(context: RequestContext, name: str) -> bool:
    """Tells whether the cluster is active. moto keeps deleted clusters for a while, as AWS does."""
    cluster = ecs_backends[context.account_id][context.region].clusters.get(name)
    return cluster is not None and cluster.status == "ACTIVE"


def is_named(service: Service, cluster: str, name: str) -> bool:
    """Tells whether the service has this cluster's name and this name or ARN. An ARN's old form has no cluster."""
    names = (service.name, service.arn, service.arn.replace(f":service/{cluster}/", ":service/"))
    return name_of(service.cluster_arn) == cluster and name in names


def active_service(context: RequestContext, request: dict[str, Any], cluster: str) -> Service:
    check(identifiers.refusal([request["service"]], cluster, "Services", most=1))
    for service in reversed(services(context)):
        if is_named(service, cluster, request["service"]):
            if service.status != "ACTIVE":
                raise CommonServiceException("ServiceNotActiveException", "Service was not ACTIVE.")
            return service
    raise CommonServiceException("ServiceNotFoundException", "Service not found.")


def existing_service(
    context: RequestContext, cluster: str, request: dict[str, Any], definition: dict[str, Any]
) -> Service | None:
    """Returns the service that CreateService asks for, if it exists already. Raises AWS's errors."""
    found = [s for s in services(context) if is_named(s, cluster, request["serviceName"]) and s.status != "INACTIVE"]
    if not found:
        return None
    service = found[-1]
    if service.status == "DRAINING":
        check("Unable to Start a service that is still Draining.")
    same = (
        service.desired_count == request["desiredCount"]
        and service.settings == service_requests.settings(request)
        and service.primary.task_definition["taskDefinitionArn"] == definition["taskDefinitionArn"]
    )
    if not same:
        check("Creation of service was not idempotent.")
    return service


def task_definition(context: RequestContext, name: str) -> dict[str, Any]:
    check(identifiers.task_definition_refusal(name))
    ecs = connect_to(region_name=context.region, aws_access_key_id=context.account_id).ecs
    try:
        definition: dict[str, Any] = ecs.describe_task_definition(taskDefinition=name)["taskDefinition"]
    except ClientError as error:
        raise CommonServiceException("ClientException", "TaskDefinition not found.") from error
    if definition["status"] != "ACTIVE":
        raise CommonServiceException("ClientException", "TaskDefinition is inactive")
    return definition


def tasks(context: RequestContext, request: dict[str, Any]) -> list[Task]:
    """Returns the tasks of the request's cluster: those of services and those of RunTask."""
    cluster = name_of(request.get("cluster") or "default")
    place = (context.region, context.account_id)
    return [t for t in ENGINE.tasks() if (t.region, t.account, name_of(t.cluster_arn)) == (*place, cluster)]


def matches(task: Task, request: dict[str, Any]) -> bool:
    if request.get("serviceName") and task.group != f"service:{name_of(request['serviceName'])}":
        return False
    if request.get("family") and task.task_definition["family"] != request["family"]:
        return False
    return not request.get("startedBy") or task.started_by == request["startedBy"]
