"""Messages with any texts fit into the queue's requests by their bytes."""

import json
from dataclasses import replace
from itertools import chain, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.alarms import ATTRIBUTES as EVENT_ATTRIBUTES
from domain.alarms import Alarm, Change, Found, Move, described, to_json
from domain.customers import ATTRIBUTES, TEXT_LIMITS, InvalidCustomerError
from domain.findings import CODES
from lambdas.planner.segments import MOST_SEGMENTS
from lambdas.planner.set_aside import SetAside
from lambdas.publisher.messages import BATCH_BYTES, BATCH_MESSAGES, LEFT_OUT, Message, batches, message_of
from tests.unit.lambdas.examples import NOW, SPRING, a_customer

# Lengths around what a batch of ten and a batch of one can hold; characters of one to twelve bytes in JSON.
LENGTHS = st.sampled_from([0, 1, 2_100, 4_300, 21_000, 26_000, 130_000, 262_000, 300_000])
LONG_TEXTS = st.builds(
    lambda character, length, rest: character * (length // len(to_json(character)[1:-1])) + rest,
    st.characters(),
    LENGTHS,
    st.text(max_size=3),
)
DETAILS = st.dictionaries(
    st.text(max_size=5), LONG_TEXTS | st.lists(st.text(max_size=3), max_size=3) | st.integers(), max_size=4
)


def an_event(details: dict[str, Any], code: str = "ICD", **texts: Any) -> dict[str, Any]:
    alarm = Alarm("7", code, SPRING, Found(details), described(replace(a_customer(7), **texts)))
    return dict(alarm.after(Move.RAISE, Change(NOW)).unsent[0])


def sent_size(message: Message) -> int:
    """Returns the number of sent bytes, counted from the entry itself."""
    sent = message.as_entry("0")
    texts = [sent["MessageBody"]]
    texts += [text for name, value in sent["MessageAttributes"].items() for text in (name, *value.values())]
    return sum(len(text.encode()) for text in texts)


@given(st.lists(st.builds(Message, LONG_TEXTS.map(to_json), st.dictionaries(st.text(max_size=3), st.text(max_size=3)))))
def test_batches_hold_every_message_once_and_no_more_than_sqs_takes(messages: list[Message]) -> None:
    found = list(batches(messages))
    assert list(chain(*found)) == messages
    for batch in found:
        assert 1 <= len(batch) <= BATCH_MESSAGES
        assert len(batch) == 1 or sum(map(sent_size, batch)) <= BATCH_BYTES
    for batch, following in pairwise(found):
        assert len(batch) == BATCH_MESSAGES or sum(map(sent_size, [*batch, following[0]])) > BATCH_BYTES


@given(DETAILS, st.fixed_dictionaries(dict.fromkeys(TEXT_LIMITS, LONG_TEXTS)))
def test_a_message_fits_whatever_it_says(details: dict[str, Any], texts: dict[str, str]) -> None:
    whole = an_event(details, **texts)
    message = message_of(whole)
    assert sent_size(message) <= BATCH_BYTES
    assert set(message.attributes) == set(EVENT_ATTRIBUTES)
    if sent_size(Message(to_json(whole), message.attributes)) <= BATCH_BYTES:
        assert json.loads(message.body) == whole, "shortened without need"
    else:
        assert LEFT_OUT in json.loads(message.body)["details"]


def test_a_message_that_is_too_long_lacks_its_longest_details_and_names_them() -> None:
    details = {"missing_intervals": 3, "first": ["a" * 100_500] * 2, "second": "b" * 200_000}
    body = json.loads(message_of(an_event(details)).body)
    assert body["details"] == {"missing_intervals": 3, "second": details["second"], "left_out": ["first"]}
    assert body["customer"]["name"] == "Šime 7"


@pytest.mark.parametrize("error_type", CODES)
def test_the_longest_customers_messages_go_ten_at_a_time(error_type: str) -> None:
    texts: Any = {name: "🔌" * most for name, most in TEXT_LIMITS.items()}
    details = {"first_missing_intervals": ["2026-03-28T23:00:00Z"] * 10, "expected_intervals": 96}
    messages = [message_of(an_event(details, error_type, **texts))] * 10
    assert [len(batch) for batch in batches(messages)] == [10]


def test_the_largest_run_fits_into_a_state_of_step_functions() -> None:
    """256 KiB: https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-task-executions"""
    set_aside = SetAside()
    for number in range(50):
        faults = [f"{attribute} has {10**6:,} characters, 100 are the most" for attribute in ATTRIBUTES]
        set_aside.add(InvalidCustomerError(f"customer {number:035}", faults))
    state = {
        "date": str(SPRING),
        "segments": list(range(MOST_SEGMENTS)),
        "objects": dict.fromkeys(("shards", "alarm_shards", "results", "failure"), "k" * 1_024),
        "day": {"customers": 10**9, "set_aside": set_aside.notice(SPRING, "t" * 255), "shards": 10**6},
        "begun": {"as_known_at": "2026-11-01T12:00:00.000001Z", "shards": 10**6},
        "failed": {"Error": "e" * 256, "Cause": "c" * 32_768},
    }
    assert len(json.dumps(state).encode()) < 262_144
