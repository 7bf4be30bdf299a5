"""A state machine logs to a group of any name."""

from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack looks for the last `log-group:` of the ARN, which can be the end of the group's name.",
    source="https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
    when="stepfunctions",
)


@PATCH.wraps(
    "localstack.services.stepfunctions.asl.eval.event.logging:CloudWatchLoggingConfiguration.extract_log_arn_parts_from"
)
def extract_log_arn_parts_from(original: Any, *arguments: Any, logging_configuration: dict[str, Any]) -> Any:
    parts = original(*arguments, logging_configuration=logging_configuration)
    if parts is None:
        return None
    account, region, _ = parts
    arn = logging_configuration["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    return account, region, arn.split(":")[6]
