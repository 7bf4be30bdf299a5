"""Lambda assumes a function's role for that function, so that the calls of its code carry its ARN."""

from typing import Any

from localstack.aws.connect import connect_to

from localstack_dockerless.iam.acting import session_name
from localstack_dockerless.patches.conditions import IAM_EVALUATES
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="The calls of the function's code have no `lambda:SourceFunctionArn`.",
    source="https://docs.aws.amazon.com/lambda/latest/dg/permissions-source-function-arn.html",
    when="lambda",
    only_if=IAM_EVALUATES,
)
LONGEST_SESSION = 43_200  # seconds


@PATCH.wraps("localstack.services.lambda_.invocation.execution_environment:ExecutionEnvironment.get_credentials")
def get_credentials(_original: Any, self: Any) -> Any:
    version = self.function_version
    sts = connect_to(region_name=version.id.region).sts.request_metadata(
        service_principal="lambda", source_arn=version.id.unqualified_arn()
    )
    return sts.assume_role(
        RoleArn=version.config.role,
        RoleSessionName=session_name(version.id.function_name, "lambda_function"),
        DurationSeconds=LONGEST_SESSION,
    )["Credentials"]
