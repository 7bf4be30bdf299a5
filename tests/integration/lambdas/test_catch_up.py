"""A day stays up to date: late readings are found and published, as if they had arrived on time."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import NullPool, create_engine

import lambdas.enricher.handler
import lambdas.exporter.handler
import lambdas.planner.handler
import lambdas.publisher.handler
from domain.days import LocalDay
from domain.intervals import interval_starts
from domain.object_keys import completed_key
from domain.publications import Publication
from domain.shard_tasks import ShardTask
from lambdas.alerting.logic import StepFiles, judge
from lambdas.alerting.reported_days import ShardDay
from lambdas.enricher.logic import write_enriched
from lambdas.exporter import changed_shards
from lambdas.exporter.logic import write_shard
from lambdas.planner.acquire_day import DateLocked
from lambdas.runtime.duck import open_duckdb
from lambdas.runtime.publications import Publications
from lambdas.runtime.stored_parts import fetch_part
from operations.published import Archive, show_published
from service.readings.batch import Batch
from service.readings.fields import ALL_GIVEN
from service.readings.parser import Reading
from service.readings.repository import ReadingsRepository
from tests.integration.lambdas.pipeline_steps import begin, find_days, process, run_steps
from tests.integration.lambdas.pipeline_world import PipelineWorld, customer, whole_day
from tests.integration.lambdas.test_pipeline import HANDLERS
from tests.unit.lambdas.examples import ZAGREB, read_parquet
from tests.unit.lambdas.fakes import FakeContext

DAY = LocalDay(datetime(2025, 3, 30, tzinfo=UTC).date(), ZAGREB)
DATE = {"date": "2025-03-30"}
CATCH_UP = {**DATE, "catch_up": True}
STARTS = interval_starts(DAY)
NUMBERS = ("1", "2", "3", "4")
pytestmark = pytest.mark.usefixtures("variables")


def run_name(number: int) -> str:
    return f"arn:aws:states:eu-central-1:000000000000:execution:pipeline:run-{number}"


@pytest.fixture(autouse=True)
def _new_environments(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """New handlers, and no margin: a test does not wait for it."""
    monkeypatch.setattr(changed_shards, "MARGIN", timedelta(0))
    for handler in HANDLERS:
        handler.dependencies.cache_clear()
    yield
    for handler in HANDLERS:
        handler.dependencies.cache_clear()


@pytest.fixture
def published(world: PipelineWorld) -> PipelineWorld:
    """4 customers in 3 shards, whose day is published."""
    world.add_customers(*map(customer, NUMBERS))
    world.store(row for number in NUMBERS for row in whole_day(number, DAY))
    run_steps(DATE, run_name(1))
    return world


def newest(world: PipelineWorld) -> Publication:
    found = Publications(world.s3, world.enriched).newest(DAY.date)
    assert found
    return found


@contextmanager
def repository(world: PipelineWorld) -> Iterator[ReadingsRepository]:
    engine = create_engine("postgresql+psycopg2://", creator=world.database.connect, poolclass=NullPool)
    yield ReadingsRepository(engine)
    engine.dispose()


def correct(world: PipelineWorld, number: str, kwh: str = "1.5", at: int = 0) -> None:
    with repository(world) as readings:
        readings.store(Batch(number, [Reading(STARTS[at], Decimal(kwh), quality="measured", given=ALL_GIVEN)]))


def test_a_late_correction_is_found_and_only_its_shard_is_run(published: PipelineWorld) -> None:
    assert find_days() == []
    before = newest(published)
    correct(published, "4")
    assert find_days() == ["2025-03-30"]
    _, shards = begin(CATCH_UP, run_name(2))
    assert [shard["number"] for shard in shards] == [2]
    assert run_steps(CATCH_UP, run_name(2))["publication"] == {"number": 2, "is_new": True}
    after = newest(published)
    assert [mine.is_same_as(its) for mine, its in zip(after.shards, before.shards, strict=True)] == [True, True, False]
    assert after.change
    assert (after.change.metering_points, after.change.intervals) == (1, 1)
    assert Decimal(after.change.kwh_after) - Decimal(after.change.kwh_before) == Decimal("1.5") - Decimal("0.316781")
    assert find_days() == []


def test_a_quiet_catch_up_adds_nothing(published: PipelineWorld) -> None:
    versions = _of_readers(published)
    assert run_steps(CATCH_UP, run_name(2))["publication"] == {"number": 1, "is_new": False}
    assert _of_readers(published) == versions


def _of_readers(world: PipelineWorld) -> set[tuple[str, str, str]]:
    return {each for each in world.versions() if not each[1].startswith(("work/", "runs/"))}


def test_late_readings_get_the_customers_and_the_boundaries_of_the_publication(published: PipelineWorld) -> None:
    published.add_customers(*map(customer, ("5", "6", "7")))
    published.client("dynamodb").delete_item(
        TableName=published.table, Key={"billing_metering_point_number": {"S": "4"}}
    )
    before = newest(published)
    correct(published, "4")
    run_steps(CATCH_UP, run_name(2))
    after = newest(published)
    assert after.boundaries == before.boundaries
    assert [shard.customers for shard in after.shards] == [shard.customers for shard in before.shards]
    assert [shard.rows_without_customer for shard in after.shards] == [0, 0, 0]


def test_a_missed_day_is_run_whole_and_the_newest_day_comes_first(published: PipelineWorld) -> None:
    yesterday = datetime.now(ZAGREB).date() - timedelta(days=1)
    before, later = (LocalDay(DAY.date + timedelta(days=shift), ZAGREB) for shift in (-1, 2))
    for day in (before, later, LocalDay(yesterday, ZAGREB)):
        published.store(whole_day("1", day))
    correct(published, "1")
    assert find_days() == [str(later.date), str(DAY.date)], "yesterday belongs to the daily run"
    missed = {"date": str(later.date), "catch_up": True}
    assert run_steps(missed, run_name(2))["alarms"]["MCD"]["found"] == 3
    assert find_days() == [str(DAY.date)]


def test_the_limits_of_a_catch_up(published: PipelineWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    for shift in range(2, 12):
        published.store(whole_day("1", LocalDay(DAY.date + timedelta(days=shift), ZAGREB)))
    assert len(find_days()) == 7
    for days, shards, found in ((3, 100, 3), (100, 4, 2), (100, 3, 1)):
        monkeypatch.setenv("CATCH_UP_DAYS", str(days))
        monkeypatch.setenv("CATCH_UP_SHARDS", str(shards))
        lambdas.exporter.handler.dependencies.cache_clear()
        assert len(find_days()) == found


def test_a_clock_that_stepped_back_makes_a_day_run_whole(published: PipelineWorld) -> None:
    """The last run's instant is in the future then, and readings may have arrived with times before it."""
    key = completed_key(DAY.date)
    record = json.loads(published.s3.get_object(Bucket=published.enriched, Key=key)["Body"].read())
    record["as_known_at"] = "2099-01-01T00:00:00Z"
    published.s3.put_object(Bucket=published.enriched, Key=key, Body=json.dumps(record).encode())
    assert "2025-03-30" in find_days()
    _, shards = begin(CATCH_UP, run_name(2))
    assert len(shards) == 3
    run_steps(CATCH_UP, run_name(2))
    assert "2025-03-30" not in find_days()


def test_after_a_run_that_failed_a_catch_up_processes_all_shards(published: PipelineWorld) -> None:
    published.add_customers(customer("5"))
    task, shards = begin(DATE, run_name(2))
    correct(published, "1")
    process({**task, "as_known_at": "2100-01-01T00:00:00Z", "shard": shards[0]})  # and no further
    _, again = begin(CATCH_UP, run_name(3))
    assert len(again) == 3
    run_steps(CATCH_UP, run_name(3))
    assert show_published(_archive(published), DAY.date, 0, None, lambda _line: None) == 0


def test_one_catch_up_at_a_time(published: PipelineWorld) -> None:
    with published.execution() as running:
        event = {"action": "take_turn", "run": running}
        assert lambdas.planner.handler.handle(event, FakeContext()) == {}
        with pytest.raises(DateLocked, match="catch-up"):
            lambdas.planner.handler.handle({**event, "run": run_name(1)}, FakeContext())
    assert lambdas.planner.handler.handle({**event, "run": run_name(1)}, FakeContext()) == {}


def test_a_publication_is_made_again_from_the_history_byte_for_byte(published: PipelineWorld, tmp_path: Path) -> None:
    """The readings have changed twice since, and the customers too."""
    first = newest(published)
    for turn in (2, 3):
        correct(published, "4", f"{turn}.25")
        run_steps(CATCH_UP, run_name(turn))
    published.add_customers(customer("1", "I"))
    run_steps(DATE, run_name(4))
    second = Publications(published.s3, published.enriched).read(DAY.date, 2)
    database = lambdas.exporter.handler.dependencies().database
    for publication in (first, second):
        for shard, limits in zip(publication.shards, publication.ranges(), strict=True):
            task = ShardTask(DAY, "rebuild", limits, publication.as_known_at)
            exported, joined = tmp_path / "exported.parquet", tmp_path / "joined.parquet"
            made = StepFiles.below(tmp_path)
            customers = fetch_part(published.s3, published.enriched, shard.customers, tmp_path / "customers.parquet")
            with open_duckdb(tmp_path, 512) as duck:
                write_shard(task, lambda: database.open(60_000), duck, exported)
                write_enriched(duck, exported, customers, joined)
                judge(duck, ShardDay(joined, customers, DAY), made)
            for part, path, bucket in (
                (shard.exported, exported, published.exported),
                (shard.enriched, made.enriched, published.enriched),
                (shard.findings, made.judged.findings, published.enriched),
                (shard.days, made.judged.days, published.enriched),
            ):
                kept = published.s3.get_object(Bucket=bucket, Key=part.key, VersionId=part.version_id)["Body"].read()
                assert path.read_bytes() == kept


def _archive(world: PipelineWorld) -> Archive:
    return Archive(world.s3, world.exported, world.enriched)


def test_an_operator_lists_verifies_and_fetches(published: PipelineWorld, tmp_path: Path) -> None:
    correct(published, "4")
    run_steps(CATCH_UP, run_name(2))
    told: list[str] = []
    assert show_published(_archive(published), DAY.date, 0, None, told.append) == 0
    assert any(line.startswith("publication 1 of 2025-03-30, as known at ") for line in told)
    assert any("against 1: 1 of 3 shards, 1 metering point, 1 interval" in line for line in told)
    assert told[-1] == "publication 2: 15 of 15 parts verified by version and SHA-256"
    assert show_published(_archive(published), DAY.date, 1, tmp_path, told.append) == 0
    first = Publications(published.s3, published.enriched).read(DAY.date, 1)
    files = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {f"{bucket}/{part.key}" for bucket, part in _archive(published).parts(first)}


def test_an_operator_sees_which_part_is_gone(published: PipelineWorld) -> None:
    part = newest(published).shards[1].enriched
    published.s3.delete_object(Bucket=published.enriched, Key=part.key, VersionId=part.version_id)
    assert show_published(_archive(published), DAY.date, 0, None, (told := list[str]()).append) == 1
    assert f"WRONG s3://{published.enriched}/{part.key}, version {part.version_id}: S3 answers NoSuch" in told[-2]


VERSION = st.tuples(
    st.sampled_from(NUMBERS), st.integers(0, 2), st.integers(0, 5), st.sampled_from(["0.5", "0.75", "1.25"]),
    st.booleans(),
)  # fmt: skip
VERSIONS = st.lists(VERSION, min_size=1, max_size=10)
"""Complete readings: (number, interval, minutes of `reported_at`, kWh, whether it is a withdrawal)"""
CATCH_UPS = st.sets(st.integers(0, 20), max_size=3)


@settings(
    max_examples=6,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(versions=VERSIONS, data=st.data(), catch_ups=CATCH_UPS)
def test_late_readings_end_in_the_same_objects_as_readings_on_time(
    world: PipelineWorld, tmp_path: Path, versions: list[tuple[Any, ...]], data: st.DataObject, catch_ups: set[int]
) -> None:
    world.add_customers(*map(customer, NUMBERS))
    in_time = sorted(versions, key=lambda version: version[2])
    repeated = [*versions, *data.draw(st.lists(st.sampled_from(versions), max_size=3))]
    objects = []
    for order, moments in ((in_time, set[int]()), (data.draw(st.permutations(repeated)), catch_ups)):
        world.empty()
        world.store(row for number in NUMBERS for row in whole_day(number, DAY))
        if moments:
            run_steps(DATE, run_name(1))
        _deliver(world, order, moments)
        run_steps(CATCH_UP if moments else DATE, run_name(100))
        objects.append(_without_arrival(world, tmp_path))
    assert objects[0] == objects[1]


def _deliver(world: PipelineWorld, order: Sequence[tuple[Any, ...]], moments: set[int]) -> None:
    with repository(world) as readings:
        for turn, (number, interval, minutes, kwh, withdrawn) in enumerate(order):
            reported_at = datetime(2026, 1, 1, 0, minutes, tzinfo=UTC)
            reading = Reading(STARTS[interval], None if withdrawn else Decimal(kwh), given=ALL_GIVEN)
            if not withdrawn:
                reading = reading._replace(quality="measured")
            readings.store(Batch(number, [reading], reported_at=reported_at, is_withdrawal=withdrawn))
            if turn in moments:
                run_steps(CATCH_UP, run_name(2 + turn))


def _without_arrival(world: PipelineWorld, directory: Path) -> dict[str, Any]:
    """The rows of each part, without the time of arrival."""
    columns = "SELECT * EXCLUDE (received_at) FROM rows"
    return {
        key: read_parquet(directory, content, columns)
        for bucket in (world.exported, world.enriched)
        for key, content in world.objects(bucket).items()
        if key.startswith("readings/")
    }
