"""Step Functions assumes a state machine's role for that state machine. That role assumes the role of a state.

The field `Credentials` of a state names a role, which can be another account's:
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-access-cross-acct-resources.html
"""

from typing import Any

from localstack_dockerless.iam.acting import act_for
from localstack_dockerless.patches.conditions import IAM_EVALUATES
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="The call to STS names no state machine, and a trust policy with `aws:SourceArn` denies it. "
    "The role of a state is assumed as the service, which its trust policy does not name.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/procedure-create-iam-role.html",
    when="stepfunctions",
    only_if=IAM_EVALUATES,
)


@PATCH.wraps(
    "localstack.services.stepfunctions.asl.component.state.state_execution.state_task.state_task"
    ":StateTask._eval_state_credentials"
)
def credentials(original: Any, self: Any, env: Any) -> Any:
    machine = env.states.context_object.context_object_data["StateMachine"].get("Id")  # TestState may be given none
    act_for("states", machine, env.aws_execution_details.role_arn)
    return original(self, env)
