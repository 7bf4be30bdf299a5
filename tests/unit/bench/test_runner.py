"""The runner selects the measures and reports the measures that fail."""

import threading
from collections.abc import Iterator
from typing import cast

import pytest
from rich.console import Console

from bench.figures import Figure
from bench.measure import Measure, Row
from bench.measures import MEASURES
from bench.runner import UnknownMeasureError, run_all, selected
from bench.world import World

WORLD = cast(World, object())


def _rows(_world: World) -> Iterator[Row]:
    yield Row("one", Figure((1.0,)))


def _breaks(_world: World) -> Iterator[Row]:
    yield Row("first", Figure((1.0,)))
    raise RuntimeError("broken")


def _hangs(_world: World) -> Iterator[Row]:
    threading.Event().wait(60)
    yield Row("never", Figure((1.0,)))


def _measure(name: str, run: object, limit: float = 60) -> Measure:
    return Measure(name, name, "", run, limit)  # type: ignore[arg-type]


def test_only_selects_by_name_in_the_measures_order() -> None:
    measures = [_measure(name, _rows) for name in "abc"]

    assert [measure.name for measure in selected(measures, "c, a")] == ["a", "c"]
    assert selected(measures, "") == measures


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UnknownMeasureError, match="there is no d; use some of a, b"):
        selected([_measure("a", _rows), _measure("b", _rows)], "a d")


def test_a_measure_that_fails_keeps_its_rows_and_does_not_stop_the_next() -> None:
    results = run_all([_measure("a", _breaks), _measure("b", _rows)], WORLD, Console(quiet=True))

    assert [len(result.rows) for result in results] == [1, 1]
    assert [result.failure for result in results] == ["RuntimeError: broken", ""]


def test_a_measure_that_hangs_is_cut_off() -> None:
    [result] = run_all([_measure("a", _hangs, limit=0.05)], WORLD, Console(quiet=True))

    assert result.failure.startswith("TooLongError")


def test_the_measures_have_names_of_their_own() -> None:
    assert len({measure.name for measure in MEASURES}) == len(MEASURES)
