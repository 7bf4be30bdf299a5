"""The two places where LocalStack's Lambda service leaves no plug-in point."""

import base64
import json
from collections.abc import Callable
from functools import cache
from typing import Any

from localstack.services.lambda_.invocation.execution_environment import ExecutionEnvironment
from localstack.services.lambda_.invocation.lambda_models import Invocation, InvocationResult
from localstack.services.lambda_.invocation.version_manager import LambdaVersionManager
from localstack.utils.patch import patch


@cache
def apply_patches() -> None:
    """Once for this emulator."""

    @patch(LambdaVersionManager.store_logs)
    def store_logs(_original: Callable[..., Any], _self: Any, **_kwargs: Any) -> None:
        """Nothing: the executor has sent the log already, each event with its own time and group."""

    @patch(ExecutionEnvironment.invoke)
    def invoke(
        original: Callable[..., InvocationResult], self: ExecutionEnvironment, invocation: Invocation
    ) -> InvocationResult:
        """Hands on the client context, which LocalStack's own payload lacks."""
        executor = self.runtime_executor
        executor.client_context = decode_client_context(invocation.client_context)
        return original(self, invocation)


def decode_client_context(header: str | None) -> str | None:
    """`X-Amz-Client-Context` (base64 of JSON) as the one line of JSON that the Runtime API carries."""
    if not header:
        return None
    return json.dumps(json.loads(base64.b64decode(header)))
