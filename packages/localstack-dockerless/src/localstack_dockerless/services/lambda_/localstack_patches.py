"""The places where LocalStack's Lambda service leaves no plug-in point."""

from collections.abc import Callable
from functools import cache
from typing import Any

from localstack.services.lambda_.invocation import execution_environment, version_manager
from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
from localstack.services.lambda_.invocation.lambda_models import Invocation, InvocationResult
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager
from localstack.utils.patch import patch

from localstack_dockerless.services.lambda_ import async_events, metrics
from localstack_dockerless.services.lambda_.client_context import decode_client_context
from localstack_dockerless.services.lambda_.timers import SharedTimer


@cache
def apply_patches() -> None:
    """Once for this emulator."""
    async_events.apply_patches()
    version_manager.record_cw_metric_invocation = metrics.record_invocation
    version_manager.record_cw_metric_error = metrics.record_error
    version_manager.start_thread = metrics.without_a_thread(version_manager.start_thread)
    assert callable(execution_environment.Timer)  # noqa: S101 -- what is replaced is there
    execution_environment.Timer = SharedTimer

    @patch(LambdaVersionManager.store_logs)  # type: ignore[untyped-decorator]
    def store_logs(_original: Callable[..., Any], _self: Any, **_kwargs: Any) -> None:
        """Nothing: the executor has sent the log already, each event with its own time and group."""

    @patch(ExecutionEnvironment.invoke)  # type: ignore[untyped-decorator]
    def invoke(
        original: Callable[..., InvocationResult], self: ExecutionEnvironment, invocation: Invocation
    ) -> InvocationResult:
        """Hands on the client context, which LocalStack's own payload lacks."""
        self.runtime_executor.client_context = decode_client_context(invocation.client_context)
        return original(self, invocation)
