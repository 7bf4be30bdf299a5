"""Publishes a load balancer's metrics: its requests, and once a minute the numbers of healthy and unhealthy targets.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html

LocalStack finds metrics by a part of their dimensions. So each metric is published with one set of dimensions.
"""

from collections import Counter

from localstack_dockerless.services.cloudwatch.metrics import Metric, record
from localstack_dockerless.services.elbv2.load_balancer import view
from localstack_dockerless.services.elbv2.load_balancer.health import registry
from localstack_dockerless.services.elbv2.load_balancer.target_state import State

NAMESPACE = "AWS/ApplicationELB"


def count_request(listener_arn: str, status: int, seconds: float) -> None:
    """Counts a request that a target answered."""
    _, _, _, region, account, resource = listener_arn.split(":", 5)
    balancer = (("LoadBalancer", resource.removeprefix("listener/").rpartition("/")[0]),)
    record(Metric(account, region, NAMESPACE, "RequestCount", balancer))
    record(Metric(account, region, NAMESPACE, f"HTTPCode_Target_{status // 100}XX_Count", balancer))
    time = Metric(account, region, NAMESPACE, "TargetResponseTime", balancer, "Seconds", spread=True)
    record(time, round(seconds, 3))


def publish_target_health() -> None:
    """Publishes `HealthyHostCount` and `UnHealthyHostCount` of each target group that a load balancer uses."""
    for group in registry.groups():
        states = Counter(target.record.health.state for target in registry.active(group))
        _, _, _, region, account, resource = group.split(":", 5)
        for balancer in view.balancers_of(group):
            dimensions = (("LoadBalancer", balancer.rpartition(":loadbalancer/")[2]), ("TargetGroup", resource))
            for name, state in (("HealthyHostCount", State.HEALTHY), ("UnHealthyHostCount", State.UNHEALTHY)):
                record(Metric(account, region, NAMESPACE, name, dimensions), states[state])
