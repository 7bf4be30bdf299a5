"""Every finding of runs on the emulator's S3 is explained from published objects alone. A replay changes none."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.customers import KEY
from domain.days import LocalDay
from domain.findings import CHECKS, Parameters
from lambdas.runtime.duck import parquet
from operations.explain import AlarmName, Explainer
from operations.explanation import Verdict
from operations.judged_days import PublishedDays
from operations.whatif import replay
from tests.integration.lambdas.pipeline_steps import run_steps
from tests.integration.lambdas.pipeline_world import PipelineWorld, customer, whole_day
from tests.integration.lambdas.test_pipeline import HANDLERS
from tests.unit.lambdas.examples import ZAGREB

DAYS = [date(2025, 4, day) for day in (7, 8, 9, 10)]
RUN = "arn:aws:states:eu-central-1:000000000000:execution:pipeline"
ERROR_VALUE = "16777.215"


@pytest.fixture(autouse=True)
def _new_environments() -> Iterator[None]:
    for handler in HANDLERS:
        handler.dependencies.cache_clear()
    yield
    for handler in HANDLERS:
        handler.dependencies.cache_clear()


@pytest.fixture
def planted(world: PipelineWorld, variables: dict[str, str]) -> PipelineWorld:
    """On the last day 1 is silent, 2 has gaps, 3 lacks parameters, 4 sends an error value, and 5 is zero.

    On the third day 1 is silent too. Its data comes late, and is published before the last day's run.
    """
    world.add_customers(customer(1), customer(2), customer(3, "I"), customer(4, "HHP"), customer(5, "C"), customer(6))
    days = [LocalDay(day, ZAGREB) for day in DAYS]
    for day in days[:3]:
        for number in range(1, 7):
            if (number, day) != (1, days[2]):
                world.store(whole_day(number, day))
        run(day.date)
    world.store(whole_day(1, days[2]))
    run(days[2].date, "again")
    last = days[3]
    world.store(whole_day(2, last, without=[5, 91]))
    world.store(whole_day(3, last, parameters=False))
    world.store((*row[:4], ERROR_VALUE if index == 40 else row[4], *row[5:])
                for index, row in enumerate(whole_day(4, last)))  # fmt: skip
    world.store((*row[:4], "0", *row[5:8], 0, *row[9:]) for row in whole_day(5, last))  # without down time
    world.store(whole_day(6, last))
    run(last.date)
    return world


def run(day: date, name: str = "first") -> None:
    run_steps({"date": str(day)}, f"{RUN}:{day}-{name}")


@pytest.fixture
def published(planted: PipelineWorld) -> Iterator[PublishedDays]:
    with PublishedDays.opened(planted.s3, planted.enriched, "Europe/Zagreb") as opened:
        yield opened


def findings(published: PublishedDays, day: date) -> list[tuple[str, str]]:
    """Returns the metering point and the code of each finding of the day's newest publication."""
    publication = published.publication(day, published.numbers(day)[-1])
    paths = published.files(shard.findings for shard in publication.shards)
    return [pair for path in paths for pair in rows(published, path)]


def rows(published: PublishedDays, path: Path) -> list[tuple[str, str]]:
    return published.duck.execute(f"SELECT {KEY}, code FROM {parquet(path)}").fetchall()  # noqa: S608


def test_every_finding_of_the_runs_holds_until_it_is_healed(published: PublishedDays) -> None:
    explainer, found = Explainer(published), []
    for day in DAYS:
        for number, code in findings(published, day):
            explained = explainer.explain(AlarmName(number, day, code))
            assert (explained.verdict, explained.recomputed) == (Verdict.HOLDS, explained.finding)
            assert explained.other_rules is False
            found.append((number, code))
    assert {("1", "MCD"), ("2", "ICD"), ("3", "MNP"), ("4", "OVF"), ("5", "ZER")} <= set(found)
    healed = explainer.explain(AlarmName("1", DAYS[2], "MCD"))
    assert (healed.verdict, healed.publication, healed.gone_since) == (Verdict.GONE, 1, 2)


def test_the_same_parameters_change_nothing_and_other_ones_write_nothing(
    published: PublishedDays, planted: PipelineWorld
) -> None:
    before = planted.versions()
    same = replay(published, DAYS, Parameters(CHECKS))
    assert [day.publication for day in same.days] == [1, 1, 2, 1]
    total = same.total()
    assert (total.new, total.gone) == (0, 0)
    assert total.same >= 5
    report = replay(published, DAYS, Parameters(CHECKS, {"OVF": {"constants": [999_999.0]}}))
    assert ("gone", "OVF", "4") in [(each.change, each.code, each.number) for each in report.days[3].examples]
    assert planted.versions() == before
