"""The SQL agrees with the plain model for any messages in any order."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from domain.intervals import QUARTER_HOURS, IntervalLengths
from service.readings.batch import Batch
from service.readings.fields import ALL_GIVEN, GIVEN
from service.readings.parser import Reading
from service.readings.repository import ReadingsRepository, Revision
from tests.integration.service.support import METERING_POINT, reading, rows, sent, start
from tests.support.empty_tables import empty_tables
from tests.support.reading_history import ReadingHistory

OTHER = "01"
REPORTS = st.none() | st.integers(0, 3).map(lambda minute: datetime(2026, 3, 2, 12, minute, tzinfo=UTC))
LENGTHS = st.sampled_from([QUARTER_HOURS, QUARTER_HOURS, IntervalLengths(30)])


@st.composite
def readings(draw: st.DrawFn, number: int) -> Reading:
    """Draws a reading with few different values, so that equal readings meet. It has some of the optional fields."""
    given = draw(st.sampled_from([ALL_GIVEN, 0]) | st.sets(st.sampled_from(sorted(GIVEN))).map(bits))
    values: dict[str, Any] = {
        "production_kwh": draw(st.sampled_from([None, Decimal(0), Decimal("0.5")])),
        "average_voltage_v": draw(st.sampled_from([None, 229.5, 230.1])),
        "voltage_drops": draw(st.sampled_from([None, 0, 1])),
        "quality": draw(st.sampled_from(["measured", "estimated"])),
    }
    said = {name: value for name, value in values.items() if given & GIVEN[name]}
    return Reading(start(number), draw(st.sampled_from([Decimal(1), Decimal("1.5")])), **said, given=given)


def bits(names: set[str]) -> int:
    return sum(GIVEN[name] for name in names)


@st.composite
def batches(draw: st.DrawFn, number: str) -> Batch:
    numbers = sorted(draw(st.sets(st.integers(0, 2), min_size=1)))
    lengths, reported_at = draw(LENGTHS), draw(REPORTS)
    if draw(st.integers(0, 4)) == 0:
        return Batch.withdrawal(number, [start(each) for each in numbers], lengths, reported_at)
    return Batch(number, [draw(readings(each)) for each in numbers], lengths, reported_at)


GROUPS = st.one_of(batches(METERING_POINT).map(lambda each: [each]), st.tuples(batches(METERING_POINT), batches(OTHER)))


def in_order(revisions: Sequence[Revision]) -> list[tuple[Any, ...]]:
    """Returns the versions without their times of arrival, and whether each is the current version."""
    found = [(*each.reading[:-1], each.withdrawn, each.replaced_at is None) for each in revisions]
    return sorted(found, key=lambda row: [(value is None, str(value)) for value in row])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(groups=st.lists(GROUPS, min_size=1, max_size=8), repeated=st.data())
def test_it_is_the_model(
    repository: ReadingsRepository, engine: Engine, groups: list[Sequence[Batch]], repeated: st.DataObject
) -> None:
    empty_tables(engine)
    model = ReadingHistory()
    instants: list[tuple[datetime, dict[str, Any]]] = []
    for group in groups + repeated.draw(st.lists(st.sampled_from(groups), max_size=3)):
        counts = repository.store_all(group)
        arrival = _newest_arrival(engine)
        assert counts == [model.store(batch, arrival) for batch in group]
        instants.append((arrival, {number: _values(model.known(number, None)) for number in (METERING_POINT, OTHER)}))
    for number in (METERING_POINT, OTHER):
        everything = repository.revisions(number, start(0), start(9), 100)
        assert in_order(everything) == in_order(model.revisions(number))
        page = repository.page(number, start(0), start(9), 100)
        assert _values(page) == _values(model.known(number, None))
    for arrival, known in instants:
        for number, values in known.items():
            assert _values(repository.page(number, start(0), start(9), 100, arrival)) == values


def _newest_arrival(engine: Engine) -> datetime:
    """The time at which a version last became the current one. Duplicates and superseded versions do not."""
    with engine.connect() as connection:
        found = connection.scalar(text("SELECT max(received_at) FROM energy_consumption"))
    assert isinstance(found, datetime)
    return found


def _values(readings: Sequence[Any]) -> list[Any]:
    return [each[:-1] for each in readings]


def test_an_update_by_any_other_means_keeps_the_version_too(repository: ReadingsRepository, engine: Engine) -> None:
    repository.store(sent(reading(0, "1"), reading(1, "2")))
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE energy_consumption SET consumption_kwh = 9")
    assert rows(engine) == [(METERING_POINT, Decimal(9), 2), (METERING_POINT, Decimal(9), 2)]


def test_what_two_write_at_once_is_kept_whole(repository: ReadingsRepository, engine: Engine) -> None:
    """A transaction replaces the row while the service waits for it. Both versions before the last are kept."""
    repository.store(sent(reading(0, "1", average_voltage_v=230.0)))
    with engine.connect() as other:
        other.exec_driver_sql("UPDATE energy_consumption SET consumption_kwh = 2, average_voltage_v = 229")
        omitted = Reading(start(0), Decimal(3))
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(repository.store, sent(omitted))
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
            other.commit()
            waiting.result(timeout=150)
    versions = repository.revisions(METERING_POINT, start(0), start(1), 10)
    assert sorted(each.reading.consumption_kwh or 0 for each in versions) == [1, 2, 3]
    [current] = repository.page(METERING_POINT, start(0), start(1), 1)
    assert (current.consumption_kwh, current.average_voltage_v) == (Decimal(3), 229.0)


def test_the_sums_of_days(repository: ReadingsRepository) -> None:
    repository.store(sent(reading(0, "1"), reading(1, "2", production_kwh=Decimal("0.5")), reading(96, "4")))
    repository.store(Batch.withdrawal(METERING_POINT, [start(96)], QUARTER_HOURS, None))
    days = [start(0) + timedelta(days=number) for number in range(3)]
    assert repository.day_sums(METERING_POINT, days) == [(2, Decimal(3), Decimal("0.5")), (0, None, None)]


def test_a_page_of_revisions_has_whole_intervals(repository: ReadingsRepository) -> None:
    for kwh in ("1", "2", "3"):
        repository.store(sent(reading(0, kwh), reading(1, kwh)))
    assert len(repository.revisions(METERING_POINT, start(0), start(9), 1)) == 3
    assert [each.reading.consumption_kwh for each in repository.revisions(METERING_POINT, start(1), start(9), 5)] == [
        Decimal(1), Decimal(2), Decimal(3),
    ]  # fmt: skip
