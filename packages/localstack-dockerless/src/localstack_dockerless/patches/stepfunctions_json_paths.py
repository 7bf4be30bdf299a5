"""Step Functions reads each JSONPath of a definition once."""

from functools import lru_cache
from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="Each use of a path parses it again. This is a fifth of the processor's time of a task.",
    source="https://github.com/localstack/localstack/blob/v4.14.0/localstack-core/localstack/services/stepfunctions/asl/utils/json_path.py",
    when="stepfunctions",
)

KEPT = 1024
"""The paths in memory. A definition has some dozens of them."""


def remember(parse: Any) -> Any:
    """Returns the parser with a memory. A parsed path has no state."""
    return lru_cache(maxsize=KEPT)(parse)


PATCH.replaces("localstack.services.stepfunctions.asl.utils.json_path:parse")(remember)
PATCH.replaces("localstack.services.stepfunctions.asl.component.common.path.result_path:parse")(remember)
