"""Reads a metering point out of published days, as the newest publications have it and as they had it before."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import pytest

from lambdas.runtime.duck import open_duckdb
from lambdas.runtime.publications import Publications
from operations.console.data.metering_points import MeteringPoints
from operations.console.data.part_files import PartFiles
from operations.console.data.part_rows import PartRows
from tests.unit.operations.console.duck_query import query_of
from tests.unit.operations.replay_world import MONDAY, SPIKE, ReplayWorld, after

DAYS = [after(MONDAY, number) for number in range(3)]


@pytest.fixture
def world(tmp_path: Path) -> ReplayWorld:
    """3 days. Customer 2 has a spike on the first day, and a later publication corrects it. The last day is silent."""
    made = ReplayWorld(tmp_path)
    made.run(DAYS[0], 2)
    made.run(DAYS[1])
    made.run(DAYS[2], silent=(2,))
    made.run_again(DAYS[0])
    return made


@pytest.fixture
def points(world: ReplayWorld, tmp_path: Path) -> Iterator[MeteringPoints]:
    s3, cache = cast("Any", world.runs.s3), tmp_path / "cache"
    cache.mkdir()
    with open_duckdb(tmp_path, 512) as duck:
        yield MeteringPoints(Publications(s3, "enriched"), PartRows(PartFiles(s3, "enriched", cache, query_of(duck))))


def test_the_newest_readings_come_in_order_with_the_value_to_use(points: MeteringPoints) -> None:
    found = points.readings("2", points.as_known(DAYS[:2]))
    assert len(found) == 2 * 96
    assert [each.start for each in found] == sorted(each.start for each in found)
    assert all(each.kwh == each.validated_kwh and each.quality_code == 0 for each in found)
    assert found[0].kw("consumption_kwh") == pytest.approx(float(found[0].kwh or 0) * 4)
    assert found[0].kw("production_kwh") is None
    assert found[0].end == found[1].start


def test_a_day_is_read_as_it_was_known_before(world: ReplayWorld, points: MeteringPoints) -> None:
    before = world.runs.as_known_at - timedelta(minutes=1)
    (former,) = points.as_known(DAYS[:1], before)
    assert former.number == 1
    spike = points.readings("2", [former])[48]
    assert (spike.kwh, spike.findings) == (Decimal(f"{SPIKE:.6f}"), ("SPK",))
    (newest,) = points.as_known(DAYS[:1])
    assert newest.number == 2
    assert (points.readings("2", [newest])[48].kwh or 0) < 1
    assert points.as_known(DAYS, former.as_known_at - timedelta(seconds=1)) == []


def test_a_correction_names_the_interval_with_both_values(world: ReplayWorld, points: MeteringPoints) -> None:
    states = points.states(DAYS)
    assert [each.number for each in states] == [1, 1, 1, 2]
    (correction,) = points.corrections("2", states)
    assert (correction.date, correction.publication, correction.known_at) == (DAYS[0], 2, world.runs.as_known_at)
    assert correction.before == Decimal(f"{SPIKE:.6f}")
    assert correction.after == points.readings("2", points.as_known(DAYS[:1]))[48].kwh
    assert points.corrections("1", states) == []


def test_days_say_what_was_due_and_found(points: MeteringPoints) -> None:
    found = points.days("2", points.as_known(DAYS))
    assert [(each.date, each.readings, each.expected, each.codes) for each in found] == [
        (DAYS[0], 96, 96, ()),
        (DAYS[1], 96, 96, ()),
    ], "the silent day has no summary"
    findings = points.findings("2", points.as_known(DAYS))
    assert [(each.date, each.code, each.severity) for each in findings] == [(DAYS[2], "MCD", "alarm")]


def test_a_silent_day_without_an_estimate_has_no_interval(points: MeteringPoints) -> None:
    assert points.readings("2", points.as_known(DAYS[2:])) == []


def test_the_customer_is_that_of_the_publication(points: MeteringPoints) -> None:
    (publication,) = points.as_known(DAYS[:1])
    customer = points.customer("4", publication)
    assert customer is not None
    assert (customer.metering_point, customer.name, customer.type.value) == ("4", "Šime 4", "I")
    assert points.customer("5", publication) is None


def test_a_customer_is_found_by_the_beginning_of_the_number(points: MeteringPoints) -> None:
    (publication,) = points.as_known(DAYS[:1])
    assert points.numbers("", publication, 3) == ["1", "2", "3"]
    assert points.numbers("4", publication, 3) == ["4"]
    assert points.numbers("7", publication, 3) == []
