"""A metric alarm is evaluated as often as on AWS, and by AWS's rules."""

from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.cloudwatch import alarms

PATCH = Patch(
    why="LocalStack evaluates an alarm once in all its periods together, counts older data points, and never evaluates "
    "metric math.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html",
    when="cloudwatch",
)


@PATCH.wraps("localstack.services.cloudwatch.alarm_scheduler:AlarmScheduler.schedule_metric_alarm")
def schedule_metric_alarm(_original: Any, self: Any, alarm_arn: str) -> None:
    alarms.schedule(self, alarm_arn)
