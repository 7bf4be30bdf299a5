"""A figure has a median and a spread, and two figures are compared round by round."""

import pytest

from bench.figures import Figure, difference, interleaved, ratio, readable


def test_a_figure_reads_as_its_median_and_spread() -> None:
    assert str(Figure((3.0, 1.0, 2.0), "ms")) == "2.00 ms (1.00 to 3.00)"


def test_a_figure_of_one_run_shows_no_spread() -> None:
    assert str(Figure((61_234.4,), "readings/s")) == "61,234 readings/s"


def test_a_figure_needs_a_run() -> None:
    with pytest.raises(ValueError, match="at least one run"):
        Figure(())


def test_a_ratio_is_taken_in_each_round() -> None:
    # a machine that is twice as slow in one round changes no ratio
    assert ratio(Figure((10.0, 5.0, 10.0)), Figure((20.0, 10.0, 20.0))).runs == (0.5, 0.5, 0.5)


def test_a_difference_keeps_the_unit() -> None:
    assert difference(Figure((9.0, 12.0), "ms"), Figure((5.0, 6.0), "ms")) == Figure((4.0, 6.0), "ms")


def test_different_units_have_no_difference() -> None:
    with pytest.raises(ValueError, match="ms less s"):
        difference(Figure((1.0,), "ms"), Figure((1.0,), "s"))


@pytest.mark.parametrize(
    ("number", "text"), [(1234567.8, "1,234,568"), (99.94, "99.9"), (9.876, "9.88"), (0.1234, "0.123"), (-3.0, "-3.00")]
)
def test_numbers_are_readable(number: float, text: str) -> None:
    assert readable(number) == text


def test_subjects_take_turns_and_the_warm_up_does_not_count() -> None:
    order: list[str] = []

    def subject(name: str) -> float:
        order.append(name)
        return float(len(order))

    found = interleaved(2, {"a": lambda: subject("a"), "b": lambda: subject("b")}, "ms")

    assert order == ["a", "b", "a", "b", "b", "a"]
    assert found == {"a": Figure((3.0, 6.0), "ms"), "b": Figure((4.0, 5.0), "ms")}
