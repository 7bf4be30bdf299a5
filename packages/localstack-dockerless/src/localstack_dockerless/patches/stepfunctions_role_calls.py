"""Step Functions assumes a state machine's role for that state machine."""

from typing import Any

from localstack_dockerless.iam.acting import act_for
from localstack_dockerless.patches.conditions import IAM_EVALUATES
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="The call to STS names no state machine, and a trust policy with `aws:SourceArn` denies it.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html",
    when="stepfunctions",
    only_if=IAM_EVALUATES,
)


@PATCH.wraps(
    "localstack.services.stepfunctions.asl.component.state.state_execution.state_task.state_task"
    ":StateTask._eval_state_credentials"
)
def credentials(original: Any, self: Any, env: Any) -> Any:
    act_for("states", env.states.context_object.context_object_data["StateMachine"]["Id"])
    return original(self, env)
