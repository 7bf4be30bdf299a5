"""Adds the gate to LocalStack's request chain. Each call of AWS's APIs passes it, from outside or from a service."""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers import serve_custom_service_request_handlers

from localstack_dockerless.state.gate import Gate

LONG = {
    ("lambda", "Invoke"),
    ("sqs", "ReceiveMessage"),
    ("stepfunctions", "StartSyncExecution"),
    ("stepfunctions", "GetActivityTask"),
}
"""Operations that wait, maybe for calls that the gate holds back. A saver does not wait for them."""


def install(gate: Gate) -> None:
    """Adds the gate at LocalStack's start, after the other handlers. The patch `state_gate` marks each call."""

    def enter(_chain: Any, context: RequestContext, _response: Any) -> None:
        if context.service is None or context.operation is None:
            return
        if gate.ended and not context.is_internal_call:
            raise CommonServiceException("ServiceUnavailable", "The emulator is stopping.", status_code=503)
        gate.enter(counted=(context.service.service_name, context.operation.name) not in LONG)

    serve_custom_service_request_handlers.handlers.insert(0, enter)
