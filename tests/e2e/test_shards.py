"""A day in shards: its parts are the day, whatever ran before, beside or in between."""

import json
from datetime import date

import pytest

from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import quarter_hours, whole_day


@pytest.fixture
def reported(api: ApiClient, customers: Customers, day: date) -> list[str]:
    """Customers that sent the whole day; one of them has been deleted since."""
    created = [customers.create(number=number) for number in ("0100000001", "0555555555", "0AT0-9")]
    for customer in created:
        assert api.send(customer.number, whole_day(day), customer.key).status == 200
    customers.delete(created[2].number)
    return [customer.number for customer in created]


def test_the_parts_together_are_the_day_in_order(pipeline: Pipeline, reported: list[str], day: date) -> None:
    execution = pipeline.run_day(day)
    parts = pipeline.parts(day)
    assert len(parts) > 1
    assert [part.key for part in parts] == [
        f"readings/date={day}/part-{number:05}.parquet" for number in range(len(parts))
    ]
    rows = [row for part in parts for row in part.rows]
    assert rows == sorted(rows)
    assert {number for number, _ in rows} == set(reported)
    assert len(rows) == len(reported) * len(quarter_hours(day)) == execution.output["exported"]["rows"]


def test_readings_of_a_customer_that_is_gone_stay_in_the_day(
    pipeline: Pipeline, reported: list[str], day: date
) -> None:
    execution = pipeline.run_day(day)
    assert execution.output["enriched"]["rows_without_customer"] == len(quarter_hours(day))
    assert {row["name"] for row in pipeline.enriched_rows(day, reported[2])} == {None}
    assert pipeline.alarms(day, *reported) == []


def test_customers_that_come_later_change_no_part(
    customers: Customers, pipeline: Pipeline, reported: list[str], day: date
) -> None:
    pipeline.run_day(day)
    before = [part.rows for part in pipeline.parts(day)]
    for _ in range(10):
        customers.create()
    pipeline.run_day(day)
    assert [part.rows for part in pipeline.parts(day)] == before


def test_parts_of_a_run_with_more_shards_are_removed(pipeline: Pipeline, reported: list[str], day: date) -> None:
    left_over = f"readings/date={day}/part-00099.parquet"
    for bucket in (pipeline.exported, pipeline.enriched):
        pipeline.put(bucket, left_over, b"of a former run")
    pipeline.run_day(day)
    assert [key for _, key in pipeline.keys(str(day)) if key == left_over] == []
    assert len(pipeline.parts(day)) > 1


def test_two_runs_of_a_date_take_turns_and_alarm_once(
    stack: RunningStack, pipeline: Pipeline, customers: Customers, reported: list[str], day: date
) -> None:
    silent = customers.create()
    started = [
        stack.client("stepfunctions").start_execution(
            stateMachineArn=stack.outputs["state_machine_arn"], input=json.dumps({"date": str(day)})
        )["executionArn"]
        for _ in range(2)
    ]
    executions = [pipeline.ended(arn) for arn in started]
    assert [execution.status for execution in executions] == ["SUCCEEDED", "SUCCEEDED"]
    raised = [execution.output["alarms"]["MCD"]["raised"] for execution in executions]
    assert min(raised) == 0
    assert len(pipeline.alarms(day, silent.number)) == 1
    assert len([mail for mail in pipeline.emails(str(day)) if mail.subject.startswith("Alarms of ")]) == 1


def test_a_run_that_was_stopped_is_completed_by_the_next(
    stack: RunningStack, pipeline: Pipeline, reported: list[str], day: date
) -> None:
    steps = stack.client("stepfunctions")
    stopped = steps.start_execution(
        stateMachineArn=stack.outputs["state_machine_arn"], input=json.dumps({"date": str(day)})
    )["executionArn"]
    pipeline.wait_until_entered(stopped, "ExportShard")
    steps.stop_execution(executionArn=stopped)
    execution = pipeline.run_day(day)
    rows = [row for part in pipeline.parts(day) for row in part.rows]
    assert len(rows) == execution.output["exported"]["rows"] == len(reported) * len(quarter_hours(day))


def test_late_readings_are_in_the_next_run_and_clear_the_alarm(
    api: ApiClient, customers: Customers, pipeline: Pipeline, reported: list[str], day: date
) -> None:
    late = customers.create()
    first = pipeline.run_day(day)
    assert api.send(late.number, whole_day(day), late.key).status == 200
    second = pipeline.run_day(day)
    assert second.output["exported"]["rows"] - first.output["exported"]["rows"] == len(quarter_hours(day))
    assert {alarm.body["event"] for alarm in pipeline.alarms(day, late.number)} == {"raised", "cleared"}
    assert pipeline.open_alarms(day, late.number) == []
