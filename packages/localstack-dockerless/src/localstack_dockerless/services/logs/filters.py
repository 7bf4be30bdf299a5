"""Applies filter patterns to each new log event, to a search, and to a request with a new pattern."""

from collections.abc import Callable, Sequence
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers import serve_custom_service_request_handlers
from moto.core.utils import unix_time_millis
from moto.logs.models import LogEvent

from localstack_dockerless.services.logs import metric_filters, subscriptions
from localstack_dockerless.services.logs.filter_conditions import PatternError
from localstack_dockerless.services.logs.filter_pattern import compile_pattern


def register() -> None:
    """Adds the check to LocalStack's request chain, at its start."""
    serve_custom_service_request_handlers.append(check_request)


def put_log_events(stream: Any, log_events: Sequence[Any]) -> str:
    """Keeps the events in moto's `LogStream`, and gives them to subscriptions and metric filters."""
    stream.last_ingestion_time = int(unix_time_millis())
    stream.stored_bytes += sum(len(event["message"]) for event in log_events)
    events = [LogEvent(stream.last_ingestion_time, event) for event in log_events]
    stream.events += events
    stream.upload_sequence_token += 1
    subscriptions.deliver(stream, events)
    metric_filters.publish(stream, events)
    return f"{stream.upload_sequence_token:056d}"


def check_request(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Refuses an invalid filter pattern of any operation. It is a handler of LocalStack's request chain."""
    if context.service is None or context.service.service_name != "logs" or context.operation is None:
        return
    pattern = (context.service_request or {}).get("filterPattern")
    try:
        compile_pattern(pattern or "")
    except PatternError as error:
        message = f"Invalid filter pattern: {error}"
        raise CommonServiceException("InvalidParameterException", message, 400, sender_fault=True) from error


def matcher(pattern: str) -> Callable[[str, Any], bool]:
    """Tells whether an event matches `pattern`. FilterLogEvents calls the function with the pattern and the event."""
    matches = compile_pattern(pattern)
    return lambda _pattern, event: matches(event["message"]) is not None
