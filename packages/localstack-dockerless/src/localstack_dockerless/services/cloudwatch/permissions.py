"""Lists the permissions that CloudWatch's operations need."""

from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import everything

PERMISSIONS = Permissions(
    "cloudwatch", {"PutMetricData": everything("cloudwatch", {"cloudwatch:namespace": "Namespace"})}
)
