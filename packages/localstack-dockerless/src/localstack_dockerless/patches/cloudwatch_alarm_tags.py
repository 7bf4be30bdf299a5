"""A metric alarm keeps the tags that it was made with."""

from typing import Any

from localstack.services.cloudwatch.models import cloudwatch_stores

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack shows the tags as a part of the alarm, and ListTagsForResource shows none.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html",
    when="cloudwatch",
)


@PATCH.wraps("localstack.services.cloudwatch.models:LocalStackMetricAlarm.set_default_attributes")
def set_default_attributes(original: Any, self: Any) -> None:
    original(self)
    tags, arn = self.alarm.pop("Tags", []), self.alarm["AlarmArn"]
    store = cloudwatch_stores[self.account_id][self.region]
    if arn not in store.alarms:  # a later PutMetricAlarm changes no tags
        store.TAGS.tag_resource(arn, tags)
