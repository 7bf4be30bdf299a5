"""What the pipeline does with the dates that it is given."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.e2e.customers import Customers
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import ZONE


def _today() -> date:
    return datetime.now(ZONE).date()


BAD_INPUT = {
    "malformed": {"date": "2007-2-1"},
    "no such day": {"date": "2007-02-30"},
    "another form of date": {"date": "20070201"},
    "a time": {"date": "2007-02-01T00:00:00Z"},
    "not a string": {"date": 20070201},
    "null": {"date": None},
    "empty": {"date": ""},
    "a path": {"date": "../2007-02-01"},
    "a list": ["2007-02-01"],
    "today, which is not over": {"date": str(_today())},
    "tomorrow": {"date": str(_today() + timedelta(days=1))},
    "far in the future": {"date": "2999-12-31"},
}


@pytest.mark.parametrize("bad_input", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_a_bad_date_fails_clearly_and_writes_nothing(pipeline: Pipeline, bad_input: Any) -> None:
    named = str(bad_input["date"]) if isinstance(bad_input, dict) else "2999-12-31"
    before = _all_keys(pipeline)
    execution = pipeline.run(bad_input)
    assert (execution.status, execution.error) == ("FAILED", "InvalidDate")
    assert json.loads(execution.cause)["errorMessage"]
    assert _all_keys(pipeline) == before
    assert [alarm for alarm in pipeline.messages() if alarm.body["date"] == named] == []


def test_a_failed_run_is_told_to_the_administrator(pipeline: Pipeline) -> None:
    execution = pipeline.run({"date": "2999-01-01"})
    name = execution.arn.rsplit(":", 1)[1]
    (email,) = wait_until(lambda: pipeline.emails(name), 30, "the e-mail about the failure")
    assert "failed" in email.subject.lower()
    assert "InvalidDate" in email.body
    assert "2999-01-01" in email.body


def test_a_scheduled_event_means_the_day_before_in_the_zone(pipeline: Pipeline) -> None:
    # 00:30 on 3 June in Zagreb
    event = {"detail-type": "Scheduled Event", "source": "aws.events", "time": "2012-06-02T22:30:00Z", "detail": {}}
    pipeline.used_days.add("2012-06-02")
    execution = pipeline.run(event)
    assert (execution.status, execution.output["date"]) == ("SUCCEEDED", "2012-06-02")


def test_a_day_without_any_reading_alarms_every_active_customer(
    customers: Customers, pipeline: Pipeline, day: date
) -> None:
    customers.create()
    pipeline.run_day(day)
    alarms = pipeline.alarms(day)
    assert {alarm.body["error_type"] for alarm in alarms} == {"MCD"}
    assert {alarm.body["billing_metering_point_number"] for alarm in alarms} == customers.due_numbers(day)


def test_runs_of_different_dates_at_the_same_time_do_not_disturb_each_other(
    stack: RunningStack, pipeline: Pipeline
) -> None:
    days = ["2013-05-05", "2013-05-06", "2013-05-07"]
    pipeline.used_days.update(days)
    steps = stack.client("stepfunctions")
    started = [
        steps.start_execution(stateMachineArn=stack.outputs["state_machine_arn"], input=json.dumps({"date": day}))[
            "executionArn"
        ]
        for day in days
    ]
    assert [pipeline.ended(arn).output["date"] for arn in started] == days
    for day in days:
        assert {key for _, key in pipeline.keys(day)} >= {f"readings/date={day}/part-00000.parquet"}


def _all_keys(pipeline: Pipeline) -> set[tuple[str, str]]:
    # The scheduled rule of another test may write this day's objects at any moment.
    yesterday = str(_today() - timedelta(days=1))
    return {(bucket, key) for bucket, key in pipeline.all_keys() if yesterday not in key}
