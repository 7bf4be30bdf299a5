"""Lists the permissions that CloudWatch Logs' operations need."""

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import everything


def _log_stream(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    """Needs the permission on the stream. AWS's errors name it for CreateLogStream too.

    The Service Authorization Reference has the group for CreateLogStream.
    """
    group = parameters.get("logGroupName") or str(parameters.get("logGroupIdentifier")).rpartition("log-group:")[2]
    stream = parameters.get("logStreamName", "")
    yield Need(f"logs:{operation}", scope.arn("logs", f"log-group:{group}:log-stream:{stream}"))


_DELIVERY = (
    "CreateLogDelivery", "GetLogDelivery", "UpdateLogDelivery", "DeleteLogDelivery", "ListLogDeliveries",
    "PutResourcePolicy", "DescribeResourcePolicies", "DescribeLogGroups",
)  # fmt: skip

PERMISSIONS = Permissions(
    "logs",
    {
        "CreateLogGroup": _log_stream,
        "CreateLogStream": _log_stream,
        "DescribeLogStreams": _log_stream,
        "FilterLogEvents": _log_stream,
        "GetLogEvents": _log_stream,
        "PutLogEvents": _log_stream,
        **dict.fromkeys(_DELIVERY, everything("logs")),
    },
)
