"""Alarms live: they are raised, acknowledged, updated, healed by late readings, and cleared by people."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dockerless_testing.waiting import wait_until
from domain.alarms import Alarm, Change, Move
from domain.days import format_instant
from domain.object_keys import LAST_MAIL
from local.commands.alarms import desk_of
from local.observe.running import RunningStack
from operations.alarms import AlarmDesk, Wanted, listed
from operations.mailbox import Email, sent_emails
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import whole_day

GAP = 3
SIGN_OF_LIFE_SECONDS = 180


@pytest.fixture
def desk(stack: RunningStack) -> AlarmDesk:
    """What an operator has."""
    return desk_of(stack)


@pytest.fixture
def days_in_a_row(own_day: Callable[[], date], used_days: set[str]) -> list[date]:
    """3 days that no other test uses."""
    first = own_day()
    days = [first + timedelta(days=number) for number in range(3)]
    used_days.update(map(str, days))
    return days


def test_late_readings_clear_the_alarms_by_the_next_catch_up(
    api: ApiClient, customers: Customers, pipeline: Pipeline, desk: AlarmDesk, day: date
) -> None:
    silent, with_gap = customers.create(), customers.create()
    readings = whole_day(day)
    send(api, with_gap, [reading for index, reading in enumerate(readings) if index != GAP])
    pipeline.run_day(day)
    assert pipeline.open_alarms(day, silent.number, with_gap.number) == sorted(
        [(silent.number, "MCD"), (with_gap.number, "ICD")]
    )
    (alarm,) = pipeline.table_alarms(day, with_gap.number)
    desk.change(alarm, Move.ACKNOWLEDGE, Change(datetime.now(UTC), by="Ana"))
    assert [each.by for each in desk.alarms(Wanted("acknowledged", with_gap.number))] == ["Ana"]
    send(api, silent, readings)
    send(api, with_gap, [readings[GAP]])
    caught_up = pipeline.run({"date": str(day), "catch_up": True})
    assert caught_up.status == "SUCCEEDED", caught_up
    assert pipeline.open_alarms(day, silent.number, with_gap.number) == []
    assert events(pipeline, day, silent) == ["raised", "cleared"]
    assert events(pipeline, day, with_gap) == ["raised", "acknowledged", "cleared"]
    assert [mail.subject for mail in pipeline.emails(str(day)) if "2 cleared" in mail.subject] != []


def test_an_alarm_explains_itself(api: ApiClient, customers: Customers, pipeline: Pipeline, day: date) -> None:
    with_gap = customers.create()
    send(api, with_gap, whole_day(day)[:90])
    pipeline.run_day(day)
    (alarm,) = pipeline.table_alarms(day, with_gap.number)
    assert alarm.found.publications == {str(day): 1}
    assert alarm.found.details["missing_intervals"] == len(alarm.found.intervals) == 6
    assert alarm.words in "\n".join(listed([alarm]))
    send(api, with_gap, whole_day(day)[90:95])
    assert pipeline.run({"date": str(day), "catch_up": True}).status == "SUCCEEDED"
    (updated,) = pipeline.table_alarms(day, with_gap.number)
    assert (updated.id, updated.sequence, updated.found.details["missing_intervals"]) == (alarm.id, 2, 1)
    assert updated.found.publications == {str(day): 2}


def test_a_customer_reads_their_own_alarms_and_nobody_elses(
    api: ApiClient, customers: Customers, pipeline: Pipeline, desk: AlarmDesk, day: date
) -> None:
    with_gap, other = customers.create(), customers.create()
    send(api, with_gap, whole_day(day)[:90])
    send(api, other, whole_day(day)[:95])
    pipeline.run_day(day)
    (alarm,) = pipeline.table_alarms(day, with_gap.number)

    def shown(customer: TestCustomer, **query: str) -> list[dict[str, Any]]:
        answer = api.alarms(customer.number, customer.key, **query)
        assert answer.status == 200, answer.body
        assert answer.json["next"] is None
        return list(answer.json["alarms"])

    (own,) = shown(with_gap)
    assert (own["alarm_id"], own["error_type"], own["date"]) == (alarm.id, "ICD", str(day))
    assert (own["title"], own["words"]) == (alarm.title, alarm.words)
    assert own["details"] == alarm.found.details
    assert [each["details"]["missing_intervals"] for each in shown(other)] == [1]
    refusals = {api.alarms(number, with_gap.key).status for number in (other.number, "999999999999999999")}
    assert refusals == {403}
    assert api.alarms(with_gap.number, None).status == 401
    desk.change(alarm, Move.ACKNOWLEDGE, Change(datetime.now(UTC), by="Ana Operator"))
    assert shown(with_gap, state="open") == []
    (taken,) = shown(with_gap, state="acknowledged")
    assert (taken["alarm_id"], taken["sequence"]) == (alarm.id, 2)
    assert "Ana" not in json.dumps(taken)


def test_a_silence_of_days_in_a_row_is_one_alarm_and_is_escalated(
    api: ApiClient, customers: Customers, pipeline: Pipeline, days_in_a_row: list[date]
) -> None:
    silent = customers.create()
    first, middle, last = days_in_a_row
    for day in (last, first, middle):
        pipeline.run_day(day)
    assert silence(pipeline, silent, days_in_a_row) == [(first, 3, True)]
    (joined,) = [body for body in bodies(pipeline, last, silent) if body["event"] == "cleared"]
    assert joined["details"]["joined"] == str(first)
    assert events(pipeline, first, silent) == ["raised", "escalated"]
    send(api, silent, whole_day(middle))
    assert pipeline.run({"date": str(middle), "catch_up": True}).status == "SUCCEEDED"
    assert silence(pipeline, silent, days_in_a_row) == [(first, 1, False), (last, 1, False)]


def test_an_alarm_that_a_person_cleared_stays_cleared_until_the_finding_is_another_one(
    api: ApiClient, customers: Customers, pipeline: Pipeline, desk: AlarmDesk, day: date
) -> None:
    with_gap = customers.create()
    send(api, with_gap, whole_day(day)[:90])
    pipeline.run_day(day)
    (alarm,) = pipeline.table_alarms(day, with_gap.number)
    desk.change(alarm, Move.DISMISS, Change(datetime.now(UTC), by="Ana", reason="the meter was changed"))
    pipeline.run_day(day)
    (cleared,) = pipeline.table_alarms(day, with_gap.number, state="cleared")
    assert (cleared.by, cleared.reason, cleared.sequence) == ("Ana", "the meter was changed", 2)
    send(api, with_gap, whole_day(day)[90:91])
    assert pipeline.run({"date": str(day), "catch_up": True}).status == "SUCCEEDED"
    assert pipeline.open_alarms(day, with_gap.number) == [(with_gap.number, "ICD")]
    assert events(pipeline, day, with_gap) == ["raised", "cleared", "raised"]


def test_after_a_week_without_mail_the_administrator_gets_a_sign_of_life(
    stack: RunningStack, pipeline: Pipeline, day: date
) -> None:
    pipeline.run_day(day)
    known = {mail.id for mail in sent_emails(stack.edge_url)}

    def sign() -> list[Email]:
        """Makes the last mail a week old and runs a day without news. A run of another test may mail in between.

        Then the last mail is new again, and the next attempt makes it old again.
        """
        week_ago = json.dumps({"at": format_instant(datetime.now(UTC) - timedelta(days=8)), "run": "test"})
        pipeline.put(pipeline.enriched, LAST_MAIL, week_ago.encode())
        pipeline.run_day(day)
        mails = sent_emails(stack.edge_url)
        return [mail for mail in mails if mail.id not in known and mail.subject.startswith("No news of alarms since ")]

    (mail, *_) = wait_until(sign, SIGN_OF_LIFE_SECONDS, "the sign of life")
    assert "The pipeline works." in mail.body


def send(api: ApiClient, customer: TestCustomer, readings: list[dict[str, Any]]) -> None:
    assert api.send(customer.number, readings, customer.key).status == 200


def bodies(pipeline: Pipeline, day: date, customer: TestCustomer) -> list[dict[str, Any]]:
    """The messages about the customer's alarms of a day, in the order of their sequences."""
    found = [message.body for message in pipeline.alarms(day, customer.number)]
    return sorted(found, key=lambda body: (body["error_type"], body["sequence"]))


def events(pipeline: Pipeline, day: date, customer: TestCustomer) -> list[str]:
    return [body["event"] for body in bodies(pipeline, day, customer)]


def silence(pipeline: Pipeline, customer: TestCustomer, days: list[date]) -> list[tuple[date, int, bool]]:
    """The first day, the length and the escalation of each open alarm on the days."""
    found: list[Alarm] = [alarm for day in days for alarm in pipeline.table_alarms(day, customer.number, state="open")]
    return [(alarm.date, alarm.found.days, alarm.escalated) for alarm in found]
