"""Lists the permissions that Step Functions' operations on executions and tasks need."""

from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import everything, named

PERMISSIONS = Permissions(
    "stepfunctions",
    {
        "StartExecution": named("states", "stateMachineArn"),
        "StartSyncExecution": named("states", "stateMachineArn"),
        "DescribeExecution": named("states", "executionArn"),
        "StopExecution": named("states", "executionArn"),
        "GetExecutionHistory": named("states", "executionArn"),
        "DescribeStateMachine": named("states", "stateMachineArn"),
        "ListExecutions": named("states", "stateMachineArn"),
        # These 3 operations name a task by its token. A token names no resource that IAM could check.
        "SendTaskSuccess": everything("states"),
        "SendTaskFailure": everything("states"),
        "SendTaskHeartbeat": everything("states"),
    },
)
