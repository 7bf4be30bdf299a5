"""Publishes the numbers of tasks of each service in a cluster with Container Insights.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
"""

from collections.abc import Iterator

from moto.ecs.models import ecs_backends

from localstack_dockerless.services.cloudwatch.metrics import Metric, record
from localstack_dockerless.services.ecs.model import Service
from localstack_dockerless.services.ecs.state import ENGINE

ENABLED = ("enabled", "enhanced")


def publish() -> None:
    """Publishes `DesiredTaskCount`, `RunningTaskCount` and `PendingTaskCount` of all active services."""
    with ENGINE.changed:
        services = [service for service in ENGINE.services if service.status == "ACTIVE"]
        counts = [(service, dict(_counts(service))) for service in services]
    for service, by_name in counts:
        cluster = service.cluster_arn.rpartition("/")[2]
        if not _has_insights(service, cluster):
            continue
        dimensions = (("ClusterName", cluster), ("ServiceName", service.name))
        for name, count in by_name.items():
            record(Metric(service.account, service.region, "ECS/ContainerInsights", name, dimensions), count)


def _counts(service: Service) -> Iterator[tuple[str, int]]:
    running = sum(task.last_status == "RUNNING" for task in service.live_tasks())
    yield "DesiredTaskCount", service.desired_count
    yield "RunningTaskCount", running
    yield "PendingTaskCount", len(service.live_tasks()) - running


def _has_insights(service: Service, cluster: str) -> bool:
    found = ecs_backends[service.account][service.region].clusters.get(cluster)
    settings = (found.settings if found else None) or []
    return any(each["name"] == "containerInsights" and each["value"] in ENABLED for each in settings)
