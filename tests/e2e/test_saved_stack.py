"""A second stack starts from the template of the first, and holds what it held after a stop and after a crash."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date

import psutil
import pytest

from dockerless_testing.waiting import wait_until
from local.commands.testing import free_settings
from local.launcher.saved import save
from local.launcher.settings import Settings
from local.observe.alarm_queue import peek_alarms
from local.observe.mailbox import sent_emails
from local.observe.running import RunningStack, load
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import whole_day
from tests.support.launcher import run_command

NAME = "saved"
BACK_SECONDS = 60
"""The time that a busy machine may take until the API answers again."""


class SecondStack:
    """A stack of another name on other ports, with the settings of the stack under test."""

    def __init__(self, first: RunningStack) -> None:
        settings = free_settings(Settings(name=NAME, port=first.settings.port + 30))
        self._variables = {
            "PORT": str(settings.port),
            "MODE": "embedded",
            "FAULTS": first.settings.faults,
            "IAM_ENFORCEMENT": first.settings.iam_enforcement,
            "CUSTOMERS": str(first.settings.customers),
            "ADMIN_EMAIL": first.settings.admin_email,
            "LOG_LEVEL": first.settings.log_level,
        }

    def make(self, command: str) -> str:
        """Returns what the command printed. It has to succeed."""
        return run_command(command, NAME, self._variables)

    @property
    def running(self) -> RunningStack:
        return load(NAME)


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
        _kill_localstack(second.running)
        _wait_for_api(second)
    assert _held(second.running, customer, day, run) == before
    code, plan = second.running.plan()
    assert code == 0, plan


def test_an_execution_that_was_under_way_has_failed(second: SecondStack, reported: tuple[TestCustomer, date, str]):
    running = second.running
    steps = running.client("stepfunctions")
    arn = steps.start_execution(
        stateMachineArn=running.outputs["state_machine_arn"], input=f'{{"date": "{reported[1]}"}}'
    )["executionArn"]
    save(running.settings)
    if steps.describe_execution(executionArn=arn)["status"] != "RUNNING":
        pytest.fail("the run was over before it could be cut off")
    _kill_localstack(running)
    _wait_for_api(second)
    found = second.running.client("stepfunctions").describe_execution(executionArn=arn)
    assert found["status"] == "FAILED"
    assert found["cause"]


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


def _kill_localstack(running: RunningStack) -> None:
    """As the kernel does where memory ends. No command follows: the supervisor starts it again."""
    port = running.settings.port
    (pid,) = {
        connection.pid
        for connection in psutil.net_connections("tcp4")
        if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port  # type: ignore[union-attr]  # empty only for sockets that are not bound and connection.pid
    }
    process = psutil.Process(pid)
    process.kill()
    process.wait(10)


def _wait_for_api(second: SecondStack) -> None:
    def answers() -> bool:
        try:
            with closing(ApiClient(second.running.api_url, timeout=5)) as api:
                return api.health().status == 200
        except Exception:  # whatever a LocalStack that is starting answers
            return False

    wait_until(answers, BACK_SECONDS, "the API after the crash")
