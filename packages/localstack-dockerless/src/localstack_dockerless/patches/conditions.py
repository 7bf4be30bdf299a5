"""Reads the settings of this package on which a patch can depend."""

from localstack import config

from localstack_dockerless.iam import mode
from localstack_dockerless.patches.patch import Condition
from localstack_dockerless.state import registries

IAM_EVALUATES = Condition("`IAM_ENFORCEMENT` is not `off`", lambda: mode.mode() != mode.OFF)
FUNCTIONS_ARE_PROCESSES = Condition(
    "`LAMBDA_RUNTIME_EXECUTOR` is `process`", lambda: bool(config.LAMBDA_RUNTIME_EXECUTOR == "process")
)
STATE_IS_KEPT = Condition("`DOCKERLESS_STATE` is set", lambda: registries.folder() is not None)
