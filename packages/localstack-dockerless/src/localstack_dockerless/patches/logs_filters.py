"""CloudWatch Logs applies filter patterns as AWS does, and checks who may send to a subscription's destination."""

from typing import Any

from moto.logs.exceptions import ResourceNotFoundException

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.logs import filters, subscriptions

PATCH = Patch(
    why="LocalStack knows few filter patterns, counts every group's events for each metric filter, and answers "
    "PutLogEvents with a destination's error.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html",
)


@PATCH.replaces("localstack.services.logs.provider:get_pattern_matcher")
def get_pattern_matcher(_original: Any) -> Any:
    return filters.matcher


@PATCH.replaces("localstack.services.logs.provider:is_api_enabled")
def is_api_enabled(_original: Any) -> Any:
    """Returns False. LocalStack asks only for metric filters, and `put_log_events` publishes their metrics."""
    return lambda _service: False


@PATCH.wraps("moto.logs.models:LogsBackend.put_subscription_filter")
def put_subscription_filter(
    _original: Any, self: Any, group_name: str, name: str, pattern: str, *destination_and_role: Any
) -> None:
    group = self.groups.get(group_name)
    if group is None:
        raise ResourceNotFoundException()
    subscriptions.check_destination(group, *destination_and_role)
    group.put_subscription_filter(name, pattern, *destination_and_role)


@PATCH.replaces("localstack.services.logs.provider:MotoLogStream.put_log_events")
def put_log_events(_original: Any) -> Any:
    """Replaces the method through its owner, LocalStack's provider: its import replaces moto's method."""
    return filters.put_log_events
