"""With `customer_notifications = "ses"`, a customer gets one mail a day about problems, and one when all is complete.

The stack is a second one. It comes from the template, so only the notifier is applied.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime

import pytest

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from operations.mailbox import Email, sent_emails
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import ZONE, whole_day
from tests.e2e.second_stack import SecondStack

NAME = "mails"
FIRST, SECOND = date(2018, 5, 8), date(2018, 5, 15)
EARLY = 90
"""The readings of a day that arrive before its publication."""
MAIL_SECONDS = 120
COMPLETION_SECONDS = 240
"""The mail is due 60 s after the last alarm was cleared. Then its message comes again."""


@pytest.fixture(scope="module")
def running(stack: RunningStack) -> Iterator[RunningStack]:
    """A stack that notifies customers."""
    if stack.settings.mode != "embedded":
        pytest.skip("templates are for the embedded mode")
    made = SecondStack(stack, NAME, place=2)
    try:
        made.make("up")
        made.make("deploy", CUSTOMER_NOTIFICATIONS="ses")
        yield made.running
    finally:
        made.make("down")


@pytest.fixture(scope="module")
def customers(running: RunningStack) -> dict[str, TestCustomer]:
    """A customer who wants mails in English, and one who wants none."""
    made = Customers(running)
    wants, other = made.create(), made.create()
    made.spoil(wants, notify={"BOOL": True}, language={"S": "en"})
    return {"wants": wants, "other": other}


def test_one_mail_a_day_and_one_when_all_is_complete(running: RunningStack, customers: dict[str, TestCustomer]) -> None:
    wants, pipeline = customers["wants"], Pipeline(running, set())
    for day in (FIRST, SECOND):
        for customer in customers.values():
            send(running, customer, day, slice(EARLY))
    today = datetime.now(ZONE).date()
    pipeline.run_day(FIRST)
    (problem,) = wait_until(lambda: mails(running, wants), MAIL_SECONDS, "the mail about the first day")
    assert wants.number in problem.subject
    assert "8 May 2018" in problem.body
    pipeline.run_day(SECOND)
    wait_until(lambda: is_drained(running), MAIL_SECONDS, "the notifier to take every event")
    if datetime.now(ZONE).date() == today:  # at midnight a second mail is right
        assert mails(running, wants) == [problem], "a second mail on one day"
    for day in (FIRST, SECOND):
        send(running, wants, day, slice(EARLY, None))
        assert pipeline.run({"date": str(day), "catch_up": True}).status == "SUCCEEDED"
    assert [pipeline.open_alarms(day, wants.number) for day in (FIRST, SECOND)] == [[], []]
    found = wait_until(
        lambda: [mail for mail in mails(running, wants) if mail != problem], COMPLETION_SECONDS, "the last mail"
    )
    (complete,) = found
    assert wants.number in complete.subject
    assert "are in order" in complete.subject
    assert mails(running, customers["other"]) == []


def send(running: RunningStack, customer: TestCustomer, day: date, part: slice) -> None:
    with closing(ApiClient(running.api_url)) as api:
        sent = api.send(customer.number, whole_day(day)[part], customer.key)
    assert sent.status == 200, sent


def mails(running: RunningStack, customer: TestCustomer) -> list[Email]:
    """The mails to a customer's address."""
    return [mail for mail in sent_emails(running.edge_url) if customer.attributes["email"] in mail.to]


def is_drained(running: RunningStack) -> bool:
    """Whether the queue has no message, neither waiting nor in flight."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    answer = running.client("sqs").get_queue_attributes(
        QueueUrl=running.outputs["alarm_queue_url"], AttributeNames=names
    )
    return all(answer["Attributes"][name] == "0" for name in names)
