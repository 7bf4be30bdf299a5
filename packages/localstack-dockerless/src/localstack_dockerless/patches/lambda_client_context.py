"""A function gets the client context of its invocation."""

from typing import Any

from localstack_dockerless.patches.conditions import FUNCTIONS_ARE_PROCESSES
from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.lambda_.client_context import decode_client_context

PATCH = Patch(
    why="LocalStack's payload for an executor lacks the client context.",
    source="https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html",
    when="lambda",
    only_if=FUNCTIONS_ARE_PROCESSES,
)


@PATCH.wraps("localstack.services.lambda_.invocation.execution_environment:ExecutionEnvironment.invoke")
def invoke(original: Any, self: Any, invocation: Any) -> Any:
    self.runtime_executor.client_context = decode_client_context(invocation.client_context)
    return original(self, invocation)
