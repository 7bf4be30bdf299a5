"""Lists the permissions that Step Functions' operations on executions and tasks need."""

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import everything, named


def _listed(operation: str, parameters: Parameters, _scope: Scope) -> Iterable[Need]:
    """Needs the right to list the executions of a state machine, or those of a map run."""
    yield Need(f"states:{operation}", str(parameters.get("mapRunArn") or parameters["stateMachineArn"]))


PERMISSIONS = Permissions(
    "stepfunctions",
    {
        "StartExecution": named("states", "stateMachineArn"),
        "StartSyncExecution": named("states", "stateMachineArn"),
        "DescribeExecution": named("states", "executionArn"),
        "StopExecution": named("states", "executionArn"),
        "GetExecutionHistory": named("states", "executionArn"),
        "DescribeStateMachine": named("states", "stateMachineArn"),
        "ListExecutions": _listed,
        "GetActivityTask": named("states", "activityArn"),
        # These 3 operations name a task by its token. A token names no resource that IAM could check.
        "SendTaskSuccess": everything("states"),
        "SendTaskFailure": everything("states"),
        "SendTaskHeartbeat": everything("states"),
    },
)
