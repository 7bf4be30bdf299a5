"""Lists the permissions that ECS's operations need. The programs of roles only look at services."""

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions


def _services(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Needs the permission on each service, which is named by its ARN or by a name in the cluster."""
    cluster = str(parameters.get("cluster") or "default").rpartition("/")[2]
    for name in parameters["services"]:
        arn = name if name.startswith("arn:") else scope.arn("ecs", f"service/{cluster}/{name}")
        yield Need(f"ecs:{operation}", arn)


PERMISSIONS = Permissions("ecs", {"DescribeServices": _services})
