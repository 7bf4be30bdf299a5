"""The rule that decides between versions does not depend on the order in which they arrive."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.intervals import QUARTER_HOURS
from service.readings.batch import Batch, StoredCounts
from service.readings.fields import ALL_GIVEN, GIVEN
from service.readings.parser import Reading
from tests.support.reading_history import ReadingHistory

START = datetime(2026, 3, 1, tzinfo=UTC)
NUMBER = "0012"
KEY = (NUMBER, START)


def at(minute: int) -> datetime:
    return START + timedelta(days=1, minutes=minute)


def complete(kwh: int, volts: float | None, reported: int) -> Batch:
    """Returns a message with `reported_at` and every field."""
    reading = Reading(START, Decimal(kwh), average_voltage_v=volts, quality="measured", given=ALL_GIVEN)
    return Batch(NUMBER, [reading], reported_at=at(reported))


def withdrawal(reported: int) -> Batch:
    return Batch.withdrawal(NUMBER, [START], QUARTER_HOURS, at(reported))


def arrived(batches: Sequence[Batch]) -> tuple[ReadingHistory, list[StoredCounts]]:
    history = ReadingHistory()
    return history, [history.store(batch, at(1_000 + number)) for number, batch in enumerate(batches)]


def versions(batches: Sequence[Batch]) -> tuple[Any, set[Any]]:
    """Returns the current version and all former versions, without the times of arrival."""
    history, _ = arrived(batches)
    return history.current[KEY].rank(), {version.rank() for version, _ in history.former[KEY]}


MESSAGES = st.one_of(
    st.builds(complete, st.integers(0, 2), st.sampled_from([None, 229.0, 230.0]), st.integers(0, 3)),
    st.builds(withdrawal, st.integers(0, 3)),
)


@given(st.lists(MESSAGES, min_size=1, max_size=8), st.data())
def test_any_order_of_complete_messages_ends_in_the_same(batches: list[Batch], data: st.DataObject) -> None:
    """The messages include repeats, corrections, withdrawals and versions of the same time."""
    repeated = batches + data.draw(st.lists(st.sampled_from(batches), max_size=4))
    assert versions(data.draw(st.permutations(repeated))) == versions(batches)


def test_a_late_retry_does_not_undo_a_correction() -> None:
    first, correction = complete(1, 230.0, 1), complete(2, 230.0, 2)
    history, counts = arrived([first, correction, first])
    assert counts == [StoredCounts(1, 0, 0, 0), StoredCounts(0, 0, 1, 0), StoredCounts(0, 0, 0, 1)]
    assert history.current[KEY].values[1] == 2
    assert len(history.former[KEY]) == 1


def test_an_older_version_that_arrives_late_is_kept_and_was_never_known() -> None:
    history, counts = arrived([complete(2, 230.0, 2), complete(1, 230.0, 1)])
    assert counts[1] == StoredCounts(0, 0, 0, 1)
    assert [each.reading.consumption_kwh for each in history.revisions(NUMBER)] == [1, 2]
    assert [each.consumption_kwh for each in history.known(NUMBER, at(2_000))] == [2]


def test_a_message_that_omits_a_field_keeps_it_and_null_clears_it() -> None:
    omitted = Batch(NUMBER, [Reading(START, Decimal(2))])
    cleared = Batch(NUMBER, [Reading(START, Decimal(2), given=GIVEN["average_voltage_v"])])
    history, _ = arrived([complete(1, 230.0, 1), omitted])
    assert history.known(NUMBER, None)[0].average_voltage_v == 230.0
    history.store(cleared, at(2_000))
    assert history.known(NUMBER, None)[0].average_voltage_v is None


def test_a_withdrawal_takes_the_reading_out_of_every_answer_but_the_revisions() -> None:
    history, counts = arrived([complete(1, 230.0, 1), withdrawal(2)])
    assert counts[1] == StoredCounts(0, 0, 1, 0)
    assert history.known(NUMBER, None) == []
    assert [each.consumption_kwh for each in history.known(NUMBER, at(1_000))] == [1]
    assert [each.withdrawn for each in history.revisions(NUMBER)] == [False, True]


def test_a_withdrawal_that_arrives_before_its_reading_still_withdraws_it() -> None:
    history, counts = arrived([withdrawal(2), complete(1, 230.0, 1)])
    assert counts == [StoredCounts(1, 0, 0, 0), StoredCounts(0, 0, 0, 1)]
    assert history.known(NUMBER, None) == []
