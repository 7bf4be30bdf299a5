"""The report writes `RESULTS.md`."""

from collections.abc import Iterator
from dataclasses import replace

from bench.figures import Figure
from bench.measure import Row, at_least, at_most
from bench.measures import MEASURES
from bench.report import Result, cells, markdown
from bench.world import World


def _no_rows(_world: World) -> Iterator[Row]:
    yield from ()


MEASURE = replace(MEASURES[2], how="How it was done.", run=_no_rows)


def test_a_ratio_is_judged_and_not_the_value_itself() -> None:
    row = Row.ratio(
        "rows", Figure((90.0,), "rows/s"), against="bare", reference=Figure((100.0,), "rows/s"), target=at_least(0.5)
    )

    assert cells(row) == ("rows", "90.0 rows/s", "bare: 100 rows/s", "0.900 times", "at least 0.5 times", "yes")


def test_a_difference_can_miss_its_target() -> None:
    row = Row.difference(
        "p50", Figure((13.0,), "ms"), against="direct", reference=Figure((4.0,), "ms"), target=at_most(8)
    )

    assert row.reached is False
    assert cells(row)[3:] == ("9.00 ms", "at most 8 ms", "no")


def test_a_value_without_a_target_is_not_judged() -> None:
    assert cells(Row("seconds", Figure((1.0,), "s"))) == ("seconds", "1.00 s", "", "", "", "")


def test_the_target_of_a_value_alone_is_for_the_value() -> None:
    assert Row("up", Figure((111.0,), "s"), at_most(110)).reached is False


def test_results_have_the_machine_the_versions_and_a_table_for_each_measure() -> None:
    result = Result(MEASURE, [Row("up", Figure((9.0,), "s"), at_most(10))], seconds=12.4, made={"commit": "abc"})

    text = markdown([result], {"cores": "2"}, {"Python": "3.13.1"})

    assert "| cores | 2 |" in text
    assert "| Python | 3.13.1 |" in text
    assert f"## {MEASURE.title}\n\nHow it was done. Took 12 s, commit abc.\n" in text
    assert "| up | 9.00 s |  |  | at most 10 s | yes |" in text


def test_a_failure_is_in_the_results() -> None:
    result = Result(MEASURE, failure="RuntimeError: no stack\nand its log")

    assert "**It failed: RuntimeError: no stack**" in markdown([result], {}, {})
    assert not result.is_well


def test_a_measure_that_did_not_run_keeps_its_section_and_all_stand_in_order() -> None:
    first, second = MEASURES[0], MEASURES[1]
    before = (
        markdown([Result(MEASURE, seconds=2), Result(second, seconds=1)], {}, {}) + "\n\n## A former measure\n\nGone.\n"
    )

    text = markdown([Result(first, seconds=3), Result(second, seconds=4)], {}, {}, before=before)

    titles = [line for line in text.splitlines() if line.startswith("## ")]
    assert titles == [f"## {measure.title}" for measure in (first, second, MEASURE)]
    assert "Took 1 s" not in text
    assert all(f"Took {seconds} s" in text for seconds in (2, 3, 4))
    assert markdown([], {}, {}, before=text) == text
