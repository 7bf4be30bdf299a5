"""The report writes `RESULTS.md`."""

from collections.abc import Iterator

from bench.figures import Figure
from bench.measure import Measure, Row, at_least, at_most
from bench.report import Result, cells, markdown
from bench.world import World


def _no_rows(_world: World) -> Iterator[Row]:
    yield from ()


MEASURE = Measure(name="a", title="A title", how="How it was done.", run=_no_rows)


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
    result = Result(MEASURE, [Row("up", Figure((9.0,), "s"), at_most(10))], seconds=12.4)

    text = markdown([result], {"cores": "2"}, {"Python": "3.13.1"})

    assert "| cores | 2 |" in text
    assert "| Python | 3.13.1 |" in text
    assert "## A title\n\nHow it was done. Took 12 s.\n" in text
    assert "| up | 9.00 s |  |  | at most 10 s | yes |" in text


def test_a_failure_is_in_the_results() -> None:
    result = Result(MEASURE, failure="RuntimeError: no stack\nand its log")

    assert "**It failed: RuntimeError: no stack**" in markdown([result], {}, {})
    assert not result.is_well
