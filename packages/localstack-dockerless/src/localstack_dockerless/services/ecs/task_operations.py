"""Answers the operations on tasks: RunTask, StopTask, ListTasks, DescribeTasks."""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler

from localstack_dockerless.services.ecs import identifiers, lookup, network, passed_roles, run_requests, views
from localstack_dockerless.services.ecs.model import Task
from localstack_dockerless.services.ecs.state import ENGINE


class TaskOperations:
    """Is a part of the provider."""

    @handler("RunTask", expand=False)
    def run_task(self, context: RequestContext, request: dict[str, Any]) -> Any:
        """Starts tasks that belong to no service. A repeated `clientToken` returns its tasks.

        https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
        """
        cluster = lookup.cluster_arn(context, request)
        definition = lookup.task_definition(context, request["taskDefinition"])
        lookup.check(run_requests.refusal(request, definition))
        lookup.check(network.refusal(request.get("networkConfiguration"), context.account_id, context.region))
        definition = run_requests.with_overrides(definition, request.get("overrides") or {})
        passed_roles.check(context, definition)
        with ENGINE.change():
            tasks = _tasks_of_token(context, request) or _new_tasks(cluster, request, definition)
            return {"tasks": [views.task(task) for task in tasks], "failures": []}

    @handler("ListTasks", expand=False)
    def list_tasks(self, context: RequestContext, request: dict[str, Any]) -> Any:
        wanted = request.get("desiredStatus", "RUNNING")
        if wanted not in ("RUNNING", "PENDING", "STOPPED"):
            lookup.check("desiredStatus should be one of [RUNNING,PENDING,STOPPED]")
        cluster = lookup.cluster_name(context, request)
        if request.get("serviceName"):
            lookup.check(identifiers.refusal([request["serviceName"]], cluster, "Services", most=1))
            if not any(
                lookup.is_named(service, cluster, request["serviceName"]) for service in lookup.services(context)
            ):
                raise CommonServiceException("ServiceNotFoundException", "Service not found.")
        with ENGINE.changed:
            tasks = [
                task for task in lookup.tasks(context, request)
                if task.desired_status == wanted
                and lookup.matches(task, request)
            ]  # fmt: skip
        return {"taskArns": [task.arn for task in tasks]}

    @handler("DescribeTasks", expand=False)
    def describe_tasks(self, context: RequestContext, request: dict[str, Any]) -> Any:
        lookup.check(
            identifiers.refusal(request.get("tasks") or [], lookup.cluster_name(context, request), "Tasks", most=100)
        )
        with ENGINE.changed:
            by_id = {task.id: task for task in lookup.tasks(context, request)}
            found = [by_id[lookup.name_of(each)] for each in request["tasks"] if lookup.name_of(each) in by_id]
            missing = [each for each in request["tasks"] if lookup.name_of(each) not in by_id]
            return {
                "tasks": [_shown(task, request) for task in found],
                "failures": [{"arn": each, "reason": "MISSING"} for each in missing],
            }

    @handler("StopTask", expand=False)
    def stop_task(self, context: RequestContext, request: dict[str, Any]) -> Any:
        lookup.check(identifiers.refusal([request["task"]], lookup.cluster_name(context, request), "Tasks", most=1))
        with ENGINE.change():
            task = next((t for t in lookup.tasks(context, request) if t.id == lookup.name_of(request["task"])), None)
            if task is None:
                raise CommonServiceException("InvalidParameterException", "The referenced task was not found.")
            task.ask_to_stop(request.get("reason") or "Task stopped by user", "UserInitiated")
            return {"task": views.task(task)}


def _new_tasks(cluster_arn: str, request: dict[str, Any], definition: dict[str, Any]) -> list[Task]:
    made = [
        Task(
            cluster_arn=cluster_arn,
            group=request.get("group") or f"family:{definition['family']}",
            started_by=request.get("startedBy") or "",
            task_definition=definition,
            overrides=request.get("overrides") or {},
            tags=request.get("tags") or [],
            client_token=request.get("clientToken") or "",
        )
        for _ in range(request.get("count") or 1)
    ]
    ENGINE.standalone.tasks.extend(made)
    return made


def _tasks_of_token(context: RequestContext, request: dict[str, Any]) -> list[Task]:
    token = request.get("clientToken")
    return [task for task in lookup.tasks(context, request) if token and task.client_token == token]


def _shown(task: Task, request: dict[str, Any]) -> dict[str, Any]:
    return views.task(task) | ({"tags": task.tags} if "TAGS" in (request.get("include") or []) else {})
