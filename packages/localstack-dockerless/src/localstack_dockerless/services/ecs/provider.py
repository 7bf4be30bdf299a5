"""Provides ECS. moto keeps clusters, task definitions and tags. The engine (`state.py`) keeps services and tasks.

`task_operations.py` has the operations on tasks.

moto keeps a service too, for its tags and for Application Auto Scaling, which looks for the service in moto.
"""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.connect import connect_to
from localstack.services.moto import call_moto, call_moto_with_request

from localstack_dockerless.services.ecs import (
    identifiers,
    lookup,
    network,
    service_requests,
    task_definitions,
    task_lifecycle,
    views,
)
from localstack_dockerless.services.ecs.model import Deployment, Service
from localstack_dockerless.services.ecs.state import ENGINE
from localstack_dockerless.services.ecs.task_operations import TaskOperations
from localstack_dockerless.services.moto_provider import moto_provider

# moto would answer these operations with tasks that run nowhere.
NOT_EMULATED = (
    "StartTask", "CreateTaskSet", "UpdateTaskSet", "DeleteTaskSet", "DescribeTaskSets",
    "UpdateServicePrimaryTaskSet", "RegisterContainerInstance", "DeregisterContainerInstance",
    "UpdateContainerInstancesState", "CreateCapacityProvider", "UpdateCapacityProvider",
)  # fmt: skip


class EcsProvider(  # a class made at run time
    TaskOperations,
    moto_provider("ecs", refused=NOT_EMULATED),  # type: ignore[misc]
):
    """Answers the API. See https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ for each operation."""

    @handler("RegisterTaskDefinition", expand=False)
    def register_task_definition(self, context: RequestContext, request: dict[str, Any]) -> Any:
        if reason := task_definitions.refusal(request):
            raise CommonServiceException("ClientException", reason)
        return call_moto(context)

    @handler("CreateService", expand=False)
    def create_service(self, context: RequestContext, request: dict[str, Any]) -> Any:
        place = (context.account_id, context.region)
        cluster = lookup.cluster_name(context, request)
        lookup.check(service_requests.new_service_refusal(request) or service_requests.refusal(request))
        request = {"launchType": "FARGATE", "desiredCount": 0, **request}
        lookup.check(network.refusal(request.get("networkConfiguration"), *place))
        definition = lookup.task_definition(context, request["taskDefinition"])
        lookup.check(service_requests.load_balancer_refusal(request, definition))
        lookup.check(network.target_group_refusal(request.get("loadBalancers") or [], *place))
        groups = network.with_groups(request["networkConfiguration"], *place)
        with ENGINE.change():
            if existing := lookup.existing_service(context, cluster, request, definition):
                return {"service": views.service(existing)}
            answer = call_moto_with_request(context, {**request, "networkConfiguration": groups})["service"]
            service = Service(
                arn=answer["serviceArn"],
                cluster_arn=answer["clusterArn"],
                name=request["serviceName"],
                desired_count=request["desiredCount"],
                settings=service_requests.settings(request),
                deployments=[Deployment(definition)],
            )
            ENGINE.services.append(service)
            return {"service": _with_tags(views.service(service), answer)}

    @handler("UpdateService", expand=False)
    def update_service(self, context: RequestContext, request: dict[str, Any]) -> Any:
        cluster = lookup.cluster_name(context, request)
        lookup.check(service_requests.refusal(request))
        service = lookup.active_service(context, request, cluster)
        place = (context.account_id, context.region)
        if request.get("networkConfiguration"):
            lookup.check(network.refusal(request["networkConfiguration"], *place))
        definition = service.primary.task_definition
        if request.get("taskDefinition"):
            definition = lookup.task_definition(context, request["taskDefinition"])
        lookup.check(service_requests.load_balancer_refusal({**service.settings, **request}, definition))
        lookup.check(network.target_group_refusal(request.get("loadBalancers") or [], *place))
        with ENGINE.change():
            kept = {name: value for name, value in request.items() if name != "networkConfiguration"}
            answer = call_moto_with_request(context, kept)["service"]
            _update(service, request, definition)
            return {"service": _with_tags(views.service(service), answer)}

    @handler("DeleteService", expand=False)
    def delete_service(self, context: RequestContext, request: dict[str, Any]) -> Any:
        service = lookup.active_service(context, request, lookup.cluster_name(context, request))
        with ENGINE.change():
            answer = call_moto(context)["service"]
            service.status, service.desired_count = "DRAINING", 0
            return {"service": _with_tags(views.service(service), answer)}

    @handler("DescribeServices", expand=False)
    def describe_services(self, context: RequestContext, request: dict[str, Any]) -> Any:
        cluster = lookup.cluster_name(context, request)
        lookup.check(identifiers.refusal(request.get("services") or [], cluster, "Services", most=10))
        answer = call_moto(context)
        with ENGINE.changed:
            found = [(lookup.known(each["serviceArn"]), each) for each in answer["services"]]
            # moto looks at the end of an ARN only
            named = {ref: [s for s, _ in found if lookup.is_named(s, cluster, ref)] for ref in request["services"]}
            answer["services"] = [
                _with_tags(views.service(service), each)
                for service, each in found
                if any(service in services for services in named.values())
            ]
        failed = {each["arn"] for each in answer["failures"]}
        missing = [ref for ref, services in named.items() if not services and ref not in failed]
        answer["failures"] += [{"arn": ref, "reason": "MISSING"} for ref in missing]
        return answer

    @handler("ListServices", expand=False)
    def list_services(self, context: RequestContext, request: dict[str, Any]) -> Any:
        """Lists a cluster's services. moto also lists services of clusters whose name ends in this cluster's name."""
        cluster = lookup.cluster_name(context, request)
        found = {service.arn for service in lookup.services(context) if lookup.name_of(service.cluster_arn) == cluster}
        answer = call_moto(context)
        answer["serviceArns"] = [
            arn for arn in answer["serviceArns"] if arn in found and lookup.known(arn).status != "INACTIVE"
        ]
        return answer

    @handler("CreateCluster", expand=False)
    def create_cluster(self, context: RequestContext, request: dict[str, Any]) -> Any:
        """Returns the existing cluster on a second call. moto would replace it with an empty one."""
        name = request.get("clusterName") or "default"
        lookup.check(identifiers.name_refusal(name, "Cluster"))
        if lookup.is_active(context, name):
            ecs = connect_to(region_name=context.region, aws_access_key_id=context.account_id).ecs
            return {"cluster": ecs.describe_clusters(clusters=[name])["clusters"][0]}
        return call_moto(context)

    @handler("DescribeTaskDefinition", expand=False)
    def describe_task_definition(self, context: RequestContext, request: dict[str, Any]) -> Any:
        lookup.check(identifiers.task_definition_refusal(request["taskDefinition"]))
        return call_moto(context)

    @handler("DescribeClusters", expand=False)
    def describe_clusters(self, context: RequestContext, request: dict[str, Any]) -> Any:
        answer = call_moto(context)
        for cluster in answer["clusters"]:
            services = [s for s in ENGINE.services if s.cluster_arn == cluster["clusterArn"]]
            states = [task.last_status for task in ENGINE.tasks() if task.cluster_arn == cluster["clusterArn"]]
            cluster["runningTasksCount"] = sum(state in task_lifecycle.COUNTED_AS_RUNNING for state in states)
            cluster["pendingTasksCount"] = sum(state in task_lifecycle.COUNTED_AS_PENDING for state in states)
            cluster["activeServicesCount"] = sum(s.status == "ACTIVE" for s in services)
        return answer

    @handler("DeleteCluster", expand=False)
    def delete_cluster(self, context: RequestContext, request: dict[str, Any]) -> Any:
        name = lookup.name_of(request["cluster"])
        if any(lookup.name_of(s.cluster_arn) == name and s.status != "INACTIVE" for s in lookup.services(context)):
            raise CommonServiceException(
                "ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active."
            )
        if any(task.last_status != "STOPPED" for task in lookup.tasks(context, {"cluster": name})):
            raise CommonServiceException(
                "ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active."
            )
        return call_moto(context)


def _update(service: Service, request: dict[str, Any], definition: dict[str, Any]) -> None:
    """Applies UpdateService. A change of the settings that tasks are made from starts a new deployment."""
    changes = service_requests.settings(request)
    moved = any(
        name in changes and changes[name] != service.settings.get(name)
        for name in ("networkConfiguration", "loadBalancers", "platformVersion")
    )
    service.settings |= changes
    if request.get("desiredCount") is not None:
        service.desired_count = request["desiredCount"]
    service.steady = False
    other = definition["taskDefinitionArn"] != service.primary.task_definition["taskDefinitionArn"]
    if other or moved or request.get("forceNewDeployment"):
        service.deploy(definition)


def _with_tags(view: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    return {**view, "tags": answer["tags"]} if "tags" in answer else view
