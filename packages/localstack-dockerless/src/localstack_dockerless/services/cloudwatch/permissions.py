"""Lists the permissions that CloudWatch's operations need."""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import everything


def _every_alarm(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    yield Need(f"cloudwatch:{operation}", scope.arn("cloudwatch", "alarm:*"))


PERMISSIONS = Permissions(
    "cloudwatch",
    {
        "PutMetricData": everything("cloudwatch", {"cloudwatch:namespace": "Namespace"}),
        # Composite alarms need a permission on every alarm. So a permission on some alarms is not evaluated here.
        # https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
        "DescribeAlarms": _every_alarm,
        **dict.fromkeys(("GetMetricData", "GetMetricStatistics", "ListMetrics"), everything("cloudwatch")),
    },
)
