"""The writer delivers access log lines, with a fake delivery."""

import logging

import pytest

from dockerless_testing.waiting import wait_until
from localstack_dockerless.services.apigatewayv2.execute_api.log_writer import GroupMissingError, Line, LogWriter

GROUP = "arn:aws:logs:eu-central-1:000000000000:log-group:g"


class Delivery:
    """Keeps batches, and fails a given number of times."""

    def __init__(self, *failures: Exception) -> None:
        self.failures = list(failures)
        self.batches: list[list[Line]] = []

    def __call__(self, group_arn: str, stream: str, lines: list[Line]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.batches.append(lines)

    @property
    def messages(self) -> list[str]:
        return [line.message for batch in self.batches for line in batch]


def test_lines_are_written_in_the_background() -> None:
    delivery = Delivery()
    writer = LogWriter(delivery)
    writer.write(GROUP, "s", 1, "a")
    wait_until(lambda: delivery.messages == ["a"], 10, "the line")
    writer.stop()


def test_stopping_writes_what_is_left() -> None:
    delivery = Delivery()
    writer = LogWriter(delivery)
    for number in range(5_000):
        writer.write(GROUP, "s", number, str(number))
    writer.stop()
    assert delivery.messages == [str(number) for number in range(5_000)]
    assert max(len(batch) for batch in delivery.batches) <= 1_000


def test_a_line_after_the_end_is_written_too() -> None:
    delivery = Delivery()
    writer = LogWriter(delivery)
    writer.stop()
    writer.write(GROUP, "s", 1, "late")
    assert delivery.messages == ["late"]


def test_streams_have_batches_of_their_own_in_time_order() -> None:
    delivery = Delivery()
    writer = LogWriter(delivery)
    for timestamp, stream in ((3, "b"), (2, "a"), (1, "b")):
        writer.write(GROUP, stream, timestamp, f"{stream}{timestamp}")
    writer.stop()
    assert delivery.messages == ["a2", "b1", "b3"]


def test_a_failure_is_tried_again_and_reported(caplog: pytest.LogCaptureFixture) -> None:
    delivery = Delivery(ConnectionError("slow group"))
    writer = LogWriter(delivery)
    with caplog.at_level(logging.ERROR):
        writer.write(GROUP, "s", 1, "a")
        writer.stop()
        writer.stop()
    assert delivery.messages == ["a"]
    assert "could not be written" in caplog.text


def test_a_missing_group_is_reported_and_its_lines_given_up(caplog: pytest.LogCaptureFixture) -> None:
    delivery = Delivery(GroupMissingError("g"))
    writer = LogWriter(delivery)
    with caplog.at_level(logging.ERROR):
        writer.write(GROUP, "s", 1, "a")
        writer.stop()
    assert delivery.messages == []
    assert "1 lines of the access log are lost" in caplog.text
