"""What is mended in LocalStack's and moto's CloudWatch Logs. Each patch raises where 4.14.0's code is not there."""

from collections.abc import Callable, Sequence
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers import serve_custom_service_request_handlers
from localstack.services.logs import provider
from localstack.utils.patch import patch
from moto.core.utils import unix_time_millis
from moto.logs.exceptions import ResourceNotFoundException
from moto.logs.models import LogEvent, LogsBackend, LogStream

from localstack_dockerless.services.logs import metric_filters, subscriptions
from localstack_dockerless.services.logs.filter_conditions import PatternError
from localstack_dockerless.services.logs.filter_pattern import compile_pattern


def register() -> None:
    """Called at LocalStack's start."""
    serve_custom_service_request_handlers.append(check_request)
    provider.get_pattern_matcher = _matcher
    assert callable(provider.is_api_enabled)  # noqa: S101 -- what is replaced is there
    provider.is_api_enabled = lambda _service: False  # it is asked for metric filters alone, which are done here

    @patch(LogsBackend.put_subscription_filter)  # type: ignore[untyped-decorator]
    def put_subscription_filter(
        _original: Callable[..., None], self: Any, group_name: str, name: str, pattern: str, *destination_and_role: Any
    ) -> None:
        group = self.groups.get(group_name)
        if group is None:
            raise ResourceNotFoundException()
        subscriptions.check_destination(group, *destination_and_role)
        group.put_subscription_filter(name, pattern, *destination_and_role)

    assert LogStream.put_log_events is provider.moto_put_log_events  # noqa: S101 -- what is replaced is there
    LogStream.put_log_events = _put_log_events


def _put_log_events(stream: Any, log_events: Sequence[Any]) -> str:
    stream.last_ingestion_time = int(unix_time_millis())
    stream.stored_bytes += sum(len(event["message"]) for event in log_events)
    events = [LogEvent(stream.last_ingestion_time, event) for event in log_events]
    stream.events += events
    stream.upload_sequence_token += 1
    subscriptions.deliver(stream, events)
    metric_filters.publish(stream, events)
    return f"{stream.upload_sequence_token:056d}"


def check_request(_chain: Any, context: RequestContext, _response: Any) -> None:
    """A handler of LocalStack's request chain: a filter pattern that is none is refused, whoever is given it."""
    if context.service is None or context.service.service_name != "logs" or context.operation is None:
        return
    pattern = (context.service_request or {}).get("filterPattern")
    try:
        compile_pattern(pattern or "")
    except PatternError as error:
        message = f"Invalid filter pattern: {error}"
        raise CommonServiceException("InvalidParameterException", message, 400, sender_fault=True) from error


def _matcher(pattern: str) -> Callable[[str, Any], bool]:
    matches = compile_pattern(pattern)
    return lambda _pattern, event: matches(event["message"]) is not None
