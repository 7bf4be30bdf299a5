"""Messages about alarms have the texts and fields that the documents promise."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alarms import SUBJECT_LIMIT, Alarm, email, to_json
from domain.findings import CHECKS, INCOMPLETE_CONSUMPTION, MISSING_CONSUMPTION, Check
from tests.unit.lambdas.examples import SPRING, a_customer

URI = "s3://enriched/alarms/date=2026-03-29/ICD.json"


def an_alarm(number: int = 1, error_type: str = "ICD", day: date = SPRING) -> Alarm:
    return Alarm(day, error_type, a_customer(number), {"missing_intervals": 3})


def test_the_message_of_the_queue() -> None:
    assert an_alarm(999_999_999_999_999_999).message() == {
        "billing_metering_point_number": "999999999999999999",
        "error_type": "ICD",
        "date": "2026-03-29",
        "customer": {
            "name": "Šime 999999999999999999",
            "address": "Ilica 1",
            "city": "Zagreb",
            "county": "Grad Zagreb",
            "email": "customer999999999999999999@example.org",
            "type": "HH",
        },
        "details": {"missing_intervals": 3},
    }


def test_an_id_is_the_same_for_the_same_alarm_and_for_no_other() -> None:
    other = Alarm(SPRING, "ICD", a_customer(1, "I", name="renamed"), {})
    assert an_alarm().id == other.id == "c2249188-68ce-506f-a8ed-cc96def79345"
    different = [an_alarm(2), an_alarm(error_type="MNP"), an_alarm(day=date(2026, 3, 30))]
    assert len({alarm.id for alarm in [an_alarm(), *different]}) == 4


def test_the_email_about_one_customer() -> None:
    mail = email(SPRING, INCOMPLETE_CONSUMPTION, 1, ["7"], URI)
    assert mail.subject == "ICD incomplete consumption data on 2026-03-29: 1 customer"
    assert mail.body.splitlines() == [
        "ICD - incomplete consumption data", "Date: 2026-03-29", "Customers: 1", "", "Metering points:", "7", "",
        f"All of them, with details: {URI}",
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "head"), [(50, "Metering points:"), (51, "The first 50 metering points:")])
def test_the_email_names_fifty_at_most(count: int, head: str) -> None:
    numbers = [str(10_000 + number) for number in range(count)]
    lines = email(SPRING, MISSING_CONSUMPTION, len(numbers), numbers, URI).body.splitlines()
    assert head in lines
    assert [line for line in lines if line in numbers] == numbers[:50]
    assert f"Customers: {count}" in lines


@given(st.sampled_from(CHECKS), st.integers(0, 10**9), st.dates())
def test_a_subject_is_one_that_sns_takes(check: Check, count: int, day: date) -> None:
    subject = email(day, check, count, [], URI).subject
    assert len(subject) <= SUBJECT_LIMIT
    assert subject.isascii()
    assert subject.isprintable()
    assert str(count) in subject


@given(st.text())
def test_any_text_becomes_json_that_the_queue_takes(text: str) -> None:
    written = to_json({"name": text})
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written) == {"name": text}
