"""The metrics of functions are summed up and published together."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from localstack.aws.api.lambda_ import TooManyRequestsException

from localstack_dockerless.patches.conditions import FUNCTIONS_ARE_PROCESSES
from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.lambda_ import metrics

PATCH = Patch(
    why="LocalStack publishes each invocation's metrics in a thread of its own, which takes longer than a short "
    "function. It publishes no throttled invocation.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html",
    when="lambda",
    only_if=FUNCTIONS_ARE_PROCESSES,
)


@PATCH.replaces("localstack.services.lambda_.invocation.version_manager:record_cw_metric_invocation")
def record_invocation(_original: Any) -> Any:
    return metrics.record_invocation


@PATCH.replaces("localstack.services.lambda_.invocation.version_manager:record_cw_metric_error")
def record_error(_original: Any) -> Any:
    return metrics.record_error


@PATCH.replaces("localstack.services.lambda_.invocation.version_manager:start_thread")
def start_thread(original: Any) -> Any:
    return metrics.without_a_thread(original)


@PATCH.wraps("localstack.services.lambda_.invocation.counting_service:CountingService.get_invocation_lease")
@contextmanager
def get_invocation_lease(original: Any, self: Any, function: Any, version: Any, provisioned: Any) -> Iterator[Any]:
    """Counts an invocation for which no concurrency is left."""
    with ExitStack() as held:
        try:
            lease = held.enter_context(original(self, function, version, provisioned))
        except TooManyRequestsException:
            metrics.record_throttle(version.id.function_name, version.id.account, version.id.region)
            raise
        yield lease
