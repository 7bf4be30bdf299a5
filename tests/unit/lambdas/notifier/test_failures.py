"""A message that cannot be read, and a mail that is refused, fail alone. They come again."""

from typing import Any

import pytest
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from tests.unit.lambdas.fakes import client_error
from tests.unit.lambdas.notifier.notifier_world import COMPLETE, NUMBER, PROBLEM, NotifierWorld, alarm_event

UNREADABLE: dict[str, Any] = {
    "no JSON": "{",
    "no object": "[]",
    "no sequence": alarm_event() | {"sequence": None},
    "a sequence of another kind": alarm_event() | {"sequence": True},
    "an unknown change": alarm_event("healed"),
    "no alarm's id": alarm_event(alarm=""),
    "no number": alarm_event(billing_metering_point_number="å"),
    "no error type": alarm_event(error_type=None),
    "no date": alarm_event(date="yesterday"),
    "no customer": alarm_event() | {"customer": None},
    "no address": alarm_event(email=""),
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_a_message_that_cannot_be_read_comes_again_and_the_rest_of_the_batch_does_not(
    world: NotifierWorld, body: dict[str, Any] | str, caplog: pytest.LogCaptureFixture
) -> None:
    assert world.receive(body, alarm_event(billing_metering_point_number="2")) == ["0"]
    assert len(world.mails) == 1
    assert "ana@example.org" not in caplog.text


@pytest.mark.parametrize("code", ["Throttling", "MessageRejected", "InvalidParameterValue"])
def test_a_mail_that_ses_refuses_is_sent_when_the_message_comes_again(world: NotifierWorld, code: str) -> None:
    world.fault = _refusing(client_error(code))
    assert world.receive(alarm_event(), alarm_event(alarm="b", error_type="ICD")) == ["0", "1"]
    world.fault = lambda _step: None
    assert world.receive(alarm_event(), alarm_event(alarm="b", error_type="ICD")) == []
    assert world.subjects == [PROBLEM]
    assert "some readings are missing" in world.mails[0][2]


def test_a_throttled_mail_is_tried_three_times(world: NotifierWorld) -> None:
    world.fault = _refusing(client_error("Throttling"))
    world.receive(alarm_event())
    assert world.pauses == [0.5, 1.5]


def test_a_refused_mail_about_complete_data_is_sent_later(world: NotifierWorld) -> None:
    world.receive(alarm_event())
    world.receive(alarm_event("cleared", 2))
    world.wait(minutes=1)
    world.fault = _refusing(ConnectTimeoutError(endpoint_url="ses"))
    assert world.receive(alarm_event("cleared", 2)) == ["0"]
    world.fault = lambda _step: None
    assert world.receive(alarm_event("cleared", 2)) == []
    assert world.subjects == [PROBLEM, COMPLETE]


def test_a_refused_mail_stays_due_while_another_batch_changes_the_customer(world: NotifierWorld) -> None:
    world.fault = _meanwhile(world, "before send", alarm_event("updated", 2), then=client_error("MessageRejected"))
    assert world.receive(alarm_event()) == ["0"]
    assert world.mails == []
    assert world.receive(alarm_event()) == []
    assert world.subjects == [PROBLEM]


def test_two_batches_at_once_send_one_mail(world: NotifierWorld) -> None:
    world.fault = _meanwhile(world, "before write", alarm_event(alarm="b"))
    assert world.receive(alarm_event()) == []
    assert world.subjects == [PROBLEM]
    assert set(world.items[NUMBER]["alarms"]["M"]) == {"a", "b"}


def test_a_customer_whom_others_keep_changing_comes_again(world: NotifierWorld) -> None:
    def changed(step: str) -> None:
        if step == "before write":
            world.items[NUMBER] = {**world.items.get(NUMBER, {}), "revision": {"N": "-1"}}

    world.receive(alarm_event())
    world.fault = changed
    assert world.receive(alarm_event(alarm="b")) == ["0"]


UNCERTAIN = {
    "no answer": ReadTimeoutError(endpoint_url="ses"),
    "a fault of SES": client_error("InternalFailure"),
}
UNCERTAIN["a fault of SES"].response["ResponseMetadata"] = {"HTTPStatusCode": 500}  # type: ignore[attr-defined]


@pytest.mark.parametrize("fault", UNCERTAIN.values(), ids=UNCERTAIN.keys())
def test_a_mail_that_ses_may_have_taken_is_not_sent_again(world: NotifierWorld, fault: Exception) -> None:
    world.fault = _refusing(fault, "after send")
    assert world.receive(alarm_event()) == []
    world.fault = lambda _step: None
    assert world.receive(alarm_event()) == []
    assert world.subjects == [PROBLEM]


def test_customers_for_whom_no_time_is_left_come_again(world: NotifierWorld) -> None:
    world.remaining_ms = 14_999
    assert world.receive(alarm_event()) == ["0"]
    assert world.mails == []


def test_a_fault_of_the_table_fails_one_customer_alone(world: NotifierWorld) -> None:
    steps: list[str] = []

    def first(step: str) -> None:
        steps.append(step)
        if steps == ["before read"]:
            raise client_error("ThrottlingException")

    world.fault = first
    assert world.receive(alarm_event(), alarm_event(billing_metering_point_number="2")) == ["0"]


def test_a_record_that_cannot_be_read_fails_its_messages(world: NotifierWorld) -> None:
    world.items[NUMBER] = {"revision": {"N": "1"}, "alarms": {"S": "none"}}
    assert world.receive(alarm_event()) == ["0"]


def _refusing(fault: Exception, at: str = "before send") -> Any:
    def refuse(step: str) -> None:
        if step == at:
            raise fault

    return refuse


def _meanwhile(world: NotifierWorld, at: str, event: dict[str, Any], then: Exception | None = None) -> Any:
    """Another batch is handled at the first such step. Then the step goes on, or fails."""

    def interrupt(step: str) -> None:
        if step == at:
            world.fault = lambda _step: None
            world.receive(event)
            if then:
                raise then

    return interrupt
