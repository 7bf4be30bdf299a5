"""A second stack starts from the template of the first, and holds what it held after a stop and after a crash."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from dockerless_testing.waiting import wait_until
from local.commands.published import archive_of
from local.launcher.saved import save
from local.observe.alarm_queue import peek_alarms
from local.observe.running import RunningStack
from operations.mailbox import sent_emails
from operations.published import show_published
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import ZONE, whole_day
from tests.e2e.second_stack import SecondStack

CATCH_UP = {"catch_up": True}
EARLY, LATE = 90, 6
"""The readings of a customer's day that arrive before and after its publication."""
STARTED_SECONDS = 60
ALARM_SECONDS = 120
FIRING_SECONDS = 120  # LocalStack looks at its rules once a minute


@pytest.fixture(scope="module")
def second(stack: RunningStack) -> Iterator[SecondStack]:
    if stack.settings.mode != "embedded":
        pytest.skip("templates are for the embedded mode")
    made = SecondStack(stack)
    try:
        yield made
    finally:
        made.make("down")


@pytest.fixture(scope="module")
def up(second: SecondStack) -> str:
    """What `make up` printed."""
    return second.make("up")


@pytest.fixture(scope="module")
def reported(second: SecondStack, up: str) -> tuple[TestCustomer, date, str]:
    """A customer, whose whole day is stored, the day, which the pipeline has judged, and the run's ARN."""
    running, day = second.running, date(2019, 5, 7)
    customer = Customers(running).create()
    with closing(ApiClient(running.api_url)) as api:
        sent = api.send(customer.number, whole_day(day), customer.key)
    assert sent.status == 200, sent
    return customer, day, Pipeline(running, set()).run_day(day).arn


def test_it_comes_from_the_template_and_terraform_finds_no_difference(up: str):
    assert "Template of an earlier stack copied" in up
    assert "no changes" in up
    assert "Terraform apply" not in up


def test_the_two_stacks_share_nothing(
    stack: RunningStack, second: SecondStack, reported: tuple[TestCustomer, date, str]
):
    customer, _, _ = reported
    assert second.running.api_url.split("/")[2] != stack.api_url.split("/")[2]
    with closing(ApiClient(stack.api_url)) as api:
        refused = api.readings(customer.number, customer.key)
    assert refused.status == 403


@pytest.mark.parametrize("end", ["stop", "crash"])
def test_what_it_held_is_there_again(second: SecondStack, reported: tuple[TestCustomer, date, str], end: str):
    customer, day, run = reported
    before = _held(second.running, customer, day, run)
    assert before["readings"] == 96
    assert before["alarms"]
    assert before["mails"]
    if end == "stop":
        second.make("stop")
        assert "its saved state" in second.make("start")
    else:
        save(second.running.settings)
        second.crash()
    assert _held(second.running, customer, day, run) == before
    code, plan = second.running.plan()
    assert code == 0, plan


@dataclass(frozen=True)
class LateDay:
    """A published day of the second stack, for which a customer's last readings arrived after the publication."""

    running: RunningStack
    customer: TestCustomer
    day: date

    @property
    def pipeline(self) -> Pipeline:
        return Pipeline(self.running, set())

    def send(self, readings: list[dict[str, Any]]) -> None:
        with closing(ApiClient(self.running.api_url)) as api:
            sent = api.send(self.customer.number, readings, self.customer.key)
        assert sent.status == 200, sent

    def publications(self) -> list[int]:
        return archive_of(self.running).numbers(self.day)

    def check(self, number: int, intervals: int) -> None:
        """The newest publication changes `intervals` of one customer, and every part of it is there."""
        archive = archive_of(self.running)
        assert self.publications() == list(range(1, number + 1))
        change = archive.publication(self.day, number).change
        assert change is not None
        assert (change.metering_points, change.intervals) == (1, intervals)
        told: list[str] = []
        assert show_published(archive, self.day, 0, None, told.append) == 0, told
        assert len(self.pipeline.enriched_rows(self.day, self.customer.number)) == EARLY + LATE


@pytest.fixture(scope="module")
def late(second: SecondStack, up: str) -> LateDay:
    running, day = second.running, datetime.now(ZONE).date() - timedelta(days=10)
    made = LateDay(running, Customers(running).create(), day)
    made.send(whole_day(day)[:EARLY])
    made.pipeline.run_day(day)
    assert made.publications() == [1]
    made.send(whole_day(day)[EARLY:])
    return made


def test_a_catch_up_that_a_crash_cut_off_has_failed_and_the_next_one_completes_the_day(
    second: SecondStack, late: LateDay
):
    """LocalStack is killed while the day's execution waits for its enricher, and comes back with its last state."""
    steps, machine = second.running.client("stepfunctions"), second.running.outputs["state_machine_arn"]
    known = set(late.pipeline.executions())
    with _throttled(second, "enricher"):
        caught_up = steps.start_execution(stateMachineArn=machine, input=json.dumps(CATCH_UP))["executionArn"]
        (of_day,) = wait_until(
            lambda: set(late.pipeline.executions()) - known - {caught_up}, STARTED_SECONDS, "the day's execution"
        )
        late.pipeline.wait_until_entered(of_day, "EnrichShard")
        save(second.running.settings)
        for arn in (caught_up, of_day):
            assert steps.describe_execution(executionArn=arn)["status"] == "RUNNING", "it was over too early"
        second.crash()
    for arn in (caught_up, of_day):
        found = steps.describe_execution(executionArn=arn)
        assert found["status"] == "FAILED"
        assert found["cause"]
    assert late.publications() == [1]
    wait_until(lambda: _mails(second, "-run-failed"), ALARM_SECONDS, "the alarm's e-mail about the failed executions")

    execution = late.pipeline.run({"date": str(late.day), **CATCH_UP})

    assert execution.status == "SUCCEEDED", execution
    late.check(number=2, intervals=LATE)


def test_the_hourly_rule_starts_a_catch_up_which_adds_the_publication(second: SecondStack, late: LateDay):
    corrected = whole_day(late.day)[0] | {"consumption_kwh": 7.5}
    late.send([corrected])
    number = len(late.publications()) + 1
    known = set(late.pipeline.executions())
    with _catching_up_each_minute(second):

        def started() -> list[str]:
            new = set(late.pipeline.executions()) - known
            return [arn for arn in new if late.pipeline.input_of(arn) == CATCH_UP]

        (arn, *_) = wait_until(started, FIRING_SECONDS, "a catch-up that nobody started")
    execution = late.pipeline.ended(arn)
    assert execution.status == "SUCCEEDED", execution
    assert {"date": str(late.day), "publication": {"number": number, "is_new": True}} in execution.output["days"]
    late.check(number, intervals=1)


@contextmanager
def _throttled(second: SecondStack, function: str) -> Iterator[None]:
    """Within it, Lambda takes no invocation of the function. The state machine tries again."""
    name = second.running.outputs["log_groups"][function].rpartition("/")[2]
    second.running.client("lambda").put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    try:
        yield
    finally:
        second.running.client("lambda").delete_function_concurrency(FunctionName=name)


@contextmanager
def _catching_up_each_minute(second: SecondStack) -> Iterator[None]:
    """Within it, Terraform's rule fires as with `catch_up_schedule_expression = "rate(1 minute)"`."""
    events = second.running.client("events")
    (rule,) = [each for each in events.list_rules()["Rules"] if each["Name"].endswith("-catch-up")]
    assert (rule["State"], rule["ScheduleExpression"]) == ("ENABLED", "rate(1 hour)")
    kept = {"Name": rule["Name"], "Description": rule["Description"]}
    events.put_rule(ScheduleExpression="rate(1 minute)", **kept)
    try:
        yield
    finally:
        events.put_rule(ScheduleExpression=rule["ScheduleExpression"], **kept)


def _mails(second: SecondStack, about: str) -> list[str]:
    return [mail.subject for mail in sent_emails(second.running.edge_url) if about in mail.subject]


def _held(running: RunningStack, customer: TestCustomer, day: date, run: str) -> dict[str, object]:
    """What a user would miss: readings, objects, the run, alarms, mails, log groups."""
    pipeline = Pipeline(running, set())
    with closing(ApiClient(running.api_url)) as api:
        readings = len(api.stored(customer.number, customer.key))
    streams = running.client("logs").describe_log_streams(logGroupName=running.outputs["log_groups"]["exporter"])
    return {
        "readings": readings,
        "objects": pipeline.objects(str(day)),
        "run": running.client("stepfunctions").describe_execution(executionArn=run)["status"],
        "alarms": sorted(message.id for message in peek_alarms(running)),
        "mails": len(sent_emails(running.edge_url)),
        "logs": bool(streams["logStreams"]),
    }
