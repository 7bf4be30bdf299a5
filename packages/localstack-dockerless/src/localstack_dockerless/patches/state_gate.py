"""A saver of the state can hold back the calls of AWS's APIs."""

from typing import Any

from localstack_dockerless.patches.conditions import STATE_IS_KEPT
from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.state.gate import GATE

PATCH = Patch(
    why="A call changes a store while the saver reads it.",
    source="https://github.com/localstack/localstack/blob/v4.14.0/localstack-core/localstack/aws/gateway.py",
    only_if=STATE_IS_KEPT,
)


@PATCH.wraps("localstack.aws.gateway:Gateway.handle")
def handle(original: Any, self: Any, *arguments: Any) -> None:
    with GATE.call():
        original(self, *arguments)
