"""Calls of PutLogEvents stay within its limits."""

from localstack_dockerless.services.lambda_.log_batches import MAX_EVENTS, MAX_MESSAGE_BYTES, LogEvent, batches


def test_few_events_are_one_call():
    events = [LogEvent("one\n", 1), LogEvent("two\n", 2)]
    assert list(batches(events)) == [events]


def test_no_event_is_no_call():
    assert list(batches([])) == []


def test_a_call_has_at_most_ten_thousand_events():
    sizes = [len(batch) for batch in batches([LogEvent("x", 1)] * (MAX_EVENTS + 1))]
    assert sizes == [MAX_EVENTS, 1]


def test_a_call_has_at_most_a_megabyte():
    events = [LogEvent("x" * 200_000, 1)] * 6
    assert [len(batch) for batch in batches(events)] == [5, 1]


def test_a_message_over_the_limit_is_cut_without_losing_any_of_it():
    text = "x" * (2 * MAX_MESSAGE_BYTES + 3)
    parts = [event for batch in batches([LogEvent(text, 7)]) for event in batch]
    assert "".join(part.text for part in parts) == text
    assert {part.time for part in parts} == {7}
