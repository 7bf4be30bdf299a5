"""The repository's SQL stores and reads readings on a real Postgres."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError, OperationalError

from service.postgres.connections import is_conflict
from service.readings.batch import Batch, StoredCounts
from service.readings.repository import ReadingsRepository
from tests.integration.service.support import METERING_POINT, reading, rows, sent, start


def test_new_readings_are_stored(repository: ReadingsRepository, engine: Engine) -> None:
    assert repository.store(sent(reading(0), reading(1, "0.000001"))) == StoredCounts(2, 0, 0)
    assert rows(engine) == [
        (METERING_POINT, Decimal("0.25"), 1),
        (METERING_POINT, Decimal("0.000001"), 1),
    ]


def test_the_same_again_changes_nothing(repository: ReadingsRepository) -> None:
    full = reading(0, average_voltage_v=230.1, average_frequency_hz=49.98, voltage_drops=1, down_time_seconds=30)
    batch = [full, reading(1)]
    repository.store(sent(*batch))
    before = repository.page(METERING_POINT, start(0), start(9), 10)
    assert repository.store(sent(*batch)) == StoredCounts(0, 2, 0)
    assert repository.page(METERING_POINT, start(0), start(9), 10) == before


def test_a_repeat_undoes_what_was_stored_in_between_and_counts_as_revised(repository: ReadingsRepository) -> None:
    """docs/api.md and the API's description name this limit of a repeated call."""
    repository.store(sent(reading(0, "0.25")))
    assert repository.store(sent(reading(0, "0.25"))) == StoredCounts(0, 1, 0)
    assert repository.store(sent(reading(0, "1.5"))) == StoredCounts(0, 0, 1)
    assert repository.store(sent(reading(0, "0.25"))) == StoredCounts(0, 0, 1)
    (stored,) = repository.page(METERING_POINT, start(0), start(1), 10)
    assert stored.consumption_kwh == Decimal("0.25")
    assert len(repository.revisions(METERING_POINT, start(0), start(1), 10)) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"consumption_kwh": Decimal("0.250001")},
        {"average_voltage_v": 230.2},
        {"average_voltage_v": None},
        {"average_frequency_hz": 50.0},
        {"voltage_drops": 2},
        {"down_time_seconds": None},
    ],
)
def test_another_value_is_a_revision(repository: ReadingsRepository, change: dict[str, object]) -> None:
    first = reading(0, average_voltage_v=230.1, average_frequency_hz=49.98, voltage_drops=1, down_time_seconds=30)
    repository.store(sent(first))
    (before,) = repository.page(METERING_POINT, start(0), start(1), 1)
    changed = first._replace(**change)  # type: ignore[arg-type]
    assert repository.store(sent(changed)) == StoredCounts(0, 0, 1)
    (after,) = repository.page(METERING_POINT, start(0), start(1), 1)
    assert after.received_at > before.received_at
    assert (after.consumption_kwh, after.average_voltage_v) == (
        changed.consumption_kwh,
        changed.average_voltage_v,
    )


def test_a_mixed_batch_is_told_apart(repository: ReadingsRepository, engine: Engine) -> None:
    repository.store(sent(reading(0), reading(1), reading(2)))
    mixed = [reading(1), reading(2, "9"), reading(3), reading(4), reading(5)]
    assert repository.store(sent(*mixed)) == StoredCounts(stored=3, duplicates=1, revised=1)
    assert [row[2] for row in rows(engine)] == [1, 1, 2, 1, 1, 1]


def test_each_metering_point_has_its_own_readings(repository: ReadingsRepository, engine: Engine) -> None:
    assert repository.store(sent(reading(0), to="1")) == StoredCounts(1, 0, 0)
    assert repository.store(sent(reading(0, "1"), to="2")) == StoredCounts(1, 0, 0)
    assert [row[:2] for row in rows(engine)] == [("1", Decimal("0.25")), ("2", Decimal(1))]
    assert len(repository.page("1", start(0), start(1), 10)) == 1


def test_a_page_is_in_time_order_from_the_start_up_to_the_end(repository: ReadingsRepository) -> None:
    repository.store(sent(*[reading(number) for number in (3, 0, 4, 2, 1)]))
    page = repository.page(METERING_POINT, start(1), start(4), 2)
    assert [row.interval_start for row in page] == [start(1), start(2)]
    assert [row.interval_start for row in repository.page(METERING_POINT, start(3), start(4), 9)] == [start(3)]


def test_a_batch_of_a_thousand_fits(repository: ReadingsRepository) -> None:
    batch = [reading(number) for number in range(1000)]
    assert repository.store(sent(*batch)) == StoredCounts(1000, 0, 0)
    assert repository.store(sent(*batch)) == StoredCounts(0, 1000, 0)


def test_the_same_batch_from_twenty_at_once_is_stored_once(repository: ReadingsRepository, engine: Engine) -> None:
    batch = [reading(number) for number in range(96)]
    with ThreadPoolExecutor(20) as threads:
        counts = list(threads.map(lambda _: repository.store(sent(*batch)), range(20)))
    assert sum(count.stored for count in counts) == 96
    assert sum(count.duplicates for count in counts) == 19 * 96
    assert sum(count.revised for count in counts) == 0
    assert [row[2] for row in rows(engine)] == [1] * 96


def test_overlapping_batches_in_any_order_do_not_deadlock(repository: ReadingsRepository, engine: Engine) -> None:
    def store(turn: int) -> StoredCounts:
        numbers = range(96) if turn % 2 else range(95, -1, -1)
        return repository.store(sent(*[reading(number, str(turn + 1)) for number in numbers]))

    with engine.connect() as connection:
        deadlocks = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        before = connection.scalar(deadlocks)
    with ThreadPoolExecutor(20) as threads:
        counts = list(threads.map(store, range(40)))
    assert sum(count.stored for count in counts) == 96
    assert sum(count.revised for count in counts) == 39 * 96
    assert [row[2] for row in rows(engine)] == [40] * 96
    with engine.connect() as connection:
        assert connection.scalar(deadlocks) == before


def test_groups_of_the_same_metering_points_in_any_order_do_not_deadlock(
    repository: ReadingsRepository, engine: Engine
) -> None:
    def store(turn: int) -> list[StoredCounts]:
        order = range(1, 9) if turn % 2 else range(8, 0, -1)
        return repository.store_all([Batch(str(number), [reading(0, str(turn + 1)), reading(1)]) for number in order])

    with engine.connect() as connection:
        deadlocks = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
        before = connection.scalar(deadlocks)
    repository.store(sent(reading(0), to="1"))
    with ThreadPoolExecutor(20) as threads:
        counts = [each for group in threads.map(store, range(40)) for each in group]
    assert sum(count.stored for count in counts) == 15
    assert sum(count.stored + count.revised + count.duplicates for count in counts) == 2 * 8 * 40
    with engine.connect() as connection:
        assert connection.scalar(deadlocks) == before


def test_a_group_is_stored_with_the_counts_of_each(repository: ReadingsRepository, engine: Engine) -> None:
    repository.store(sent(reading(0), reading(1), to="2"))
    counts = repository.store_all(
        [
            Batch("3", [reading(0)]),
            Batch("1", [reading(0), reading(1)]),
            Batch("2", [reading(0), reading(1, "9"), reading(2)]),
        ]
    )
    assert counts == [StoredCounts(1, 0, 0), StoredCounts(2, 0, 0), StoredCounts(1, 1, 1)]
    assert [row[0] for row in rows(engine)] == ["1", "1", "2", "2", "2", "3"]


def test_a_group_of_which_one_fails_leaves_nothing(repository: ReadingsRepository, engine: Engine) -> None:
    with pytest.raises(IntegrityError):
        repository.store_all([Batch("1", [reading(0)]), Batch("9" * 36, [reading(0)])])
    assert rows(engine) == []


def test_a_batch_that_fails_leaves_nothing(repository: ReadingsRepository, engine: Engine) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE energy_consumption ADD CONSTRAINT not_42 CHECK (consumption_kwh <> 42)")
    try:
        with pytest.raises(IntegrityError):
            repository.store(sent(reading(0), reading(1, "42"), reading(2)))
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE energy_consumption DROP CONSTRAINT not_42")
    assert rows(engine) == []


@pytest.fixture
def conflicts(engine: Engine) -> Iterator[Engine]:
    """Every write fails as a deadlock's victim until the sequence `turns` has passed 2."""
    with engine.begin() as connection:
        connection.exec_driver_sql("""
            CREATE SEQUENCE turns MINVALUE -100 START 1;
            CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
            BEGIN
                IF nextval('turns') <= 2 THEN
                    RAISE EXCEPTION 'a deadlock' USING ERRCODE = 'deadlock_detected';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER lose BEFORE INSERT ON energy_consumption EXECUTE FUNCTION lose();
        """)
    yield engine
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER lose ON energy_consumption; DROP FUNCTION lose; DROP SEQUENCE turns")


def test_a_lost_conflict_is_run_again(repository: ReadingsRepository, conflicts: Engine) -> None:
    assert repository.store(sent(reading(0))) == StoredCounts(1, 0, 0)


def test_a_conflict_that_is_lost_every_time_is_raised(repository: ReadingsRepository, conflicts: Engine) -> None:
    with conflicts.begin() as connection:
        connection.exec_driver_sql("SELECT setval('turns', -100)")
    with pytest.raises(OperationalError) as caught:
        repository.store(sent(reading(0)))
    assert is_conflict(caught.value)
    assert rows(conflicts) == []


@pytest.mark.parametrize(
    "change",
    [
        "interval_start = '2026-03-01T00:01:00Z'",
        "interval_minutes = 7",
        "consumption_kwh = -1",
        "consumption_kwh = 'NaN'",
        "consumption_kwh = NULL",
        "production_kwh = -1",
        "quality = 'good'",
        "quality = NULL",
        "withdrawn = true",
        "billing_metering_point_number = ''",
        "billing_metering_point_number = repeat('9', 36)",
    ],
)
def test_the_table_itself_refuses_what_cannot_be(repository: ReadingsRepository, engine: Engine, change: str) -> None:
    repository.store(sent(reading(0)))
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE energy_consumption SET {change}")  # noqa: S608


def test_numbers_are_sorted_by_code_point(repository: ReadingsRepository, engine: Engine) -> None:
    for number in ("10", "9", "A", "01", "1-A", "1A"):
        repository.store(sent(reading(0), to=number))
    assert [row[0] for row in rows(engine)] == ["01", "1-A", "10", "1A", "9", "A"]
