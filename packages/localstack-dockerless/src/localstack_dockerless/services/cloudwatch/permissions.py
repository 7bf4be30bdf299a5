"""Lists the permissions that CloudWatch's operations need."""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import everything


def _every_alarm(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    yield Need(f"cloudwatch:{operation}", scope.arn("cloudwatch", "alarm:*"))


def _dashboards(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Yields a need for each dashboard. Their ARNs have no region."""
    for name in parameters.get("DashboardNames") or [parameters["DashboardName"]]:
        yield Need(f"cloudwatch:{operation}", f"arn:aws:cloudwatch::{scope.account}:dashboard/{name}")


PERMISSIONS = Permissions(
    "cloudwatch",
    {
        "PutMetricData": everything("cloudwatch", {"cloudwatch:namespace": "Namespace"}),
        # Composite alarms need a permission on every alarm. So a permission on some alarms is not evaluated here.
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
        "DescribeAlarms": _every_alarm,
        **dict.fromkeys(("PutDashboard", "GetDashboard", "DeleteDashboards"), _dashboards),
        **dict.fromkeys(
            ("GetMetricData", "GetMetricStatistics", "ListDashboards", "ListMetrics"), everything("cloudwatch")
        ),
    },
)
