"""The scheduled rule really starts the pipeline."""

from datetime import datetime, timedelta
from typing import Any

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import ZONE

# LocalStack looks at its rules once a minute; the first look comes a minute after the rule was made.
FIRING_SECONDS = 180


def test_the_daily_rule_is_on_and_leads_to_the_pipeline(stack: RunningStack, daily_target: dict[str, Any]) -> None:
    rule = stack.client("events").describe_rule(Name=stack.outputs["daily_rule"])
    assert rule["State"] == "ENABLED"
    assert rule["ScheduleExpression"].startswith("cron(")
    assert daily_target["Arn"] == stack.outputs["state_machine_arn"]
    assert daily_target["RoleArn"]


def test_a_scheduled_rule_starts_an_execution_for_the_day_before(pipeline: Pipeline, rule_each_minute: str) -> None:
    started = wait_until(
        lambda: pipeline.started_by(rule_each_minute), FIRING_SECONDS, "an execution that the rule started", interval=1
    )
    event = pipeline.input_of(started[0])
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
    execution = pipeline.ended(started[0])
    fired_on = datetime.fromisoformat(event["time"]).astimezone(ZONE).date()
    assert (execution.status, execution.output["date"]) == ("SUCCEEDED", str(fired_on - timedelta(days=1)))
