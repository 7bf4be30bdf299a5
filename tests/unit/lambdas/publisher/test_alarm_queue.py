"""Events reach a queue that refuses some messages, or the run fails."""

from typing import Any, cast

import pytest

from domain.alarms import Alarm, Change, Found, Move, described
from lambdas.publisher.alarm_queue import ATTEMPTS, AlarmsNotSentError, send_events
from tests.unit.lambdas.examples import NOW, SPRING, a_customer
from tests.unit.lambdas.fakes import FakeSQS

INTERNAL = ("InternalError", False)


def events(count: int, address: str = "Ilica 1") -> list[dict[str, Any]]:
    customers = [a_customer(number, address=address) for number in range(1, count + 1)]
    alarms = [Alarm(each.metering_point, "MCD", SPRING, Found({}), described(each)) for each in customers]
    return [dict(alarm.after(Move.RAISE, Change(NOW)).unsent[0]) for alarm in alarms]


def send(sqs: FakeSQS, count: int) -> list[float]:
    pauses: list[float] = []
    send_events(cast("Any", sqs), "queue", events(count), pauses.append)
    return pauses


@pytest.mark.parametrize(("count", "calls"), [(0, 0), (1, 1), (10, 1), (11, 2), (25, 3)])
def test_messages_go_in_batches_of_ten(count: int, calls: int) -> None:
    sqs = FakeSQS()
    assert send(sqs, count) == []
    assert (len(sqs.messages), len(sqs.calls)) == (count, calls)
    assert all(len({entry["Id"] for entry in call}) == len(call) for call in sqs.calls)


def test_a_message_is_recognisable() -> None:
    sqs = FakeSQS()
    send(sqs, 1)
    attributes = {name: value["StringValue"] for name, value in sqs.messages[0]["MessageAttributes"].items()}
    assert attributes == {
        "event": "raised",
        "sequence": "1",
        "alarm_id": events(1)[0]["alarm_id"],
        "error_type": "MCD",
        "date": "2026-03-29",
    }


def test_only_what_failed_is_sent_again_after_a_growing_pause() -> None:
    sqs = FakeSQS(lambda call, entry: INTERNAL if call < 3 and entry["Id"] in {"2", "7"} else None)
    assert send(sqs, 10) == [0.2, 0.4, 0.8]
    assert [len(call) for call in sqs.calls] == [10, 2, 2, 2]
    assert len({entry["MessageBody"] for entry in sqs.messages}) == len(sqs.messages) == 10


def test_a_queue_that_keeps_refusing_is_an_error() -> None:
    sqs = FakeSQS(lambda _call, entry: INTERNAL if entry["Id"] == "0" else None)
    with pytest.raises(AlarmsNotSentError, match="1 of a batch of 10 messages: InternalError"):
        send(sqs, 12)
    assert len(sqs.calls) == 2 * ATTEMPTS, "both batches have such an entry"


def test_a_message_at_fault_itself_is_not_sent_again() -> None:
    sqs = FakeSQS(lambda _call, _entry: ("InvalidMessageContents", True))
    with pytest.raises(AlarmsNotSentError, match="InvalidMessageContents"):
        send(sqs, 1)
    assert len(sqs.calls) == 1


def test_messages_of_any_length_are_sent_in_requests_that_sqs_takes() -> None:
    sqs = FakeSQS()
    send_events(cast("Any", sqs), "queue", events(60, address="🔌" * 20_000), lambda _seconds: None)
    assert len(sqs.messages) == 60
    assert all(bytes_of(call) <= 262_144 for call in sqs.calls)
    send_events(cast("Any", sqs), "queue", events(60, address="🔌" * 90_000), lambda _seconds: None)
    assert len(sqs.messages) == 120
    assert all(bytes_of(call) <= 262_144 for call in sqs.calls)


def bytes_of(call: list[dict[str, Any]]) -> int:
    """Returns the bytes that SQS counts of a request: bodies, and names, types and values of attributes."""
    attributes = [item for entry in call for item in entry["MessageAttributes"].items()]
    texts = [entry["MessageBody"] for entry in call]
    texts += [text for name, value in attributes for text in (name, value["DataType"], value["StringValue"])]
    return sum(len(text.encode()) for text in texts)
