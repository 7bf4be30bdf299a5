"""Lists the permissions that ECS's operations need: looking at services, and running and watching tasks.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
RunTask also needs iam:PassRole on the task's roles: `passed_roles.py`.
"""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.patterns import Keys
from localstack_dockerless.iam.registry import Permissions


def _cluster(parameters: Parameters) -> str:
    return str(parameters.get("cluster") or "default").rpartition("/")[2]


def _keys(parameters: Parameters, scope: Scope) -> Keys:
    return {"ecs:cluster": scope.arn("ecs", f"cluster/{_cluster(parameters)}")}


def _in_cluster(kind: str, name: str, parameters: Parameters, scope: Scope) -> str:
    """Returns the ARN of a service or a task that is named by its ARN or by a name in the cluster."""
    return name if name.startswith("arn:") else scope.arn("ecs", f"{kind}/{_cluster(parameters)}/{name}")


def _services(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    for name in parameters["services"]:
        yield Need(f"ecs:{operation}", _in_cluster("service", name, parameters, scope), _keys(parameters, scope))


def _run_task(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Needs the permission on a revision of the task definition. A family alone stands for its newest revision."""
    name = str(parameters["taskDefinition"])
    arn = name if name.startswith("arn:") else scope.arn("ecs", f"task-definition/{name}")
    revision = "" if ":" in arn.rpartition("/")[2] else ":*"
    yield Need("ecs:RunTask", f"{arn}{revision}", _keys(parameters, scope))


def _task(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    yield Need(f"ecs:{operation}", _in_cluster("task", parameters["task"], parameters, scope), _keys(parameters, scope))


def _tasks(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    for name in parameters["tasks"]:
        yield Need(f"ecs:{operation}", _in_cluster("task", name, parameters, scope), _keys(parameters, scope))


PERMISSIONS = Permissions(
    "ecs",
    {"DescribeServices": _services, "RunTask": _run_task, "StopTask": _task, "DescribeTasks": _tasks},
)
