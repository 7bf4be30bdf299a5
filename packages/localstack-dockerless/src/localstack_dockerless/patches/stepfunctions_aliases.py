"""A state machine with aliases can be started."""

from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack copies a state machine for each execution, with its aliases, whose locks cannot be copied.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/concepts-state-machine-alias.html",
    when="stepfunctions",
)


@PATCH.adds("localstack.services.stepfunctions.backend.alias:Alias.__deepcopy__")
def deepcopy(self: Any, _memo: Any) -> Any:
    return self
