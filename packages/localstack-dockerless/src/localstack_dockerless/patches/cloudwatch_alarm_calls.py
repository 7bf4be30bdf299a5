"""A CloudWatch alarm's actions are CloudWatch's calls for that alarm, so that IAM can evaluate them."""

import json
from typing import Any

from localstack_dockerless.patches.conditions import IAM_EVALUATES
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="The call to SNS names no alarm, and a topic's policy with `aws:SourceArn` denies it.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
    when="cloudwatch",
    only_if=IAM_EVALUATES,
)


class AlarmClients:
    """Passes on every client of `factory`. The client of SNS names the alarm."""

    def __init__(self, factory: Any) -> None:
        self._factory = factory

    def __getattr__(self, name: str) -> Any:
        client = getattr(self._factory, name)
        return AlarmTopics(client) if name == "sns" else client


class AlarmTopics:
    """Publishes an alarm's message with the alarm as the source."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def publish(self, **parameters: Any) -> Any:
        arn = json.loads(parameters["Message"])["AlarmArn"]
        marked = self._client.request_metadata(source_arn=arn, service_principal="cloudwatch")
        return marked.publish(**parameters)


@PATCH.replaces("localstack.services.cloudwatch.provider_v2:connect_to")
def connect_to(original: Any) -> Any:
    return lambda *arguments, **options: AlarmClients(original(*arguments, **options))
