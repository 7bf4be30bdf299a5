"""The scheduled rule really starts the pipeline."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from local.stack.running import RunningStack
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import ZONE
from tests.support.waiting import wait_until

# LocalStack looks at its rules once a minute; the first look comes a minute after the rule was made.
FIRING_SECONDS = 180


@pytest.fixture(scope="module")
def target(stack: RunningStack) -> dict[str, Any]:
    """The daily rule's only target."""
    (found,) = stack.client("events").list_targets_by_rule(Rule=stack.outputs["daily_rule"])["Targets"]
    return dict(found)


@pytest.fixture
def rule_each_minute(stack: RunningStack, target: dict[str, Any]) -> Iterator[str]:
    """A rule beside the daily one, with its target and role, that fires each minute; gives its ARN."""
    events, name = stack.client("events"), f"each-minute-{uuid.uuid4().hex[:8]}"
    arn = events.put_rule(Name=name, ScheduleExpression="rate(1 minute)")["RuleArn"]
    try:
        failed = events.put_targets(Rule=name, Targets=[target])["FailedEntryCount"]
        assert failed == 0
        yield arn
    finally:
        events.remove_targets(Rule=name, Ids=[target["Id"]])
        events.delete_rule(Name=name)


def test_the_daily_rule_is_on_and_leads_to_the_pipeline(stack: RunningStack, target: dict[str, Any]) -> None:
    rule = stack.client("events").describe_rule(Name=stack.outputs["daily_rule"])
    assert rule["State"] == "ENABLED"
    assert rule["ScheduleExpression"].startswith("cron(")
    assert target["Arn"] == stack.outputs["state_machine_arn"]
    assert target["RoleArn"]


def test_a_scheduled_rule_starts_an_execution_for_the_day_before(pipeline: Pipeline, rule_each_minute: str) -> None:
    yesterday = str(datetime.now(ZONE).date() - timedelta(days=1))
    if not pipeline.keys(yesterday):
        pipeline.used_days.add(yesterday)
    before = set(pipeline.executions())

    def started() -> str:
        new = [arn for arn in pipeline.executions() if arn not in before]
        return next((arn for arn in new if rule_each_minute in pipeline.input_of(arn).get("resources", [])), "")

    arn = wait_until(started, FIRING_SECONDS, "an execution that the rule started", interval=1)
    event = pipeline.input_of(arn)
    assert (event["source"], event["detail-type"]) == ("aws.events", "Scheduled Event")
    execution = pipeline.ended(arn)
    fired_on = datetime.fromisoformat(event["time"]).astimezone(ZONE).date()
    assert (execution.status, execution.output["date"]) == ("SUCCEEDED", str(fired_on - timedelta(days=1)))
