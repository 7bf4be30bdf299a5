"""The error of the estimates is measured on days from which intervals are taken away."""

from collections.abc import Callable
from datetime import date, timedelta

from bench.detection.estimation import LENGTHS, backtest, section
from bench.detection.series import DayValues, Subject
from domain.estimation import Method
from tests.unit.lambdas.examples import ZAGREB, a_customer

DAYS = [date(2026, 10, 5) + timedelta(days=shift) for shift in range(5)]
"""Monday to Friday. The first 3 are like days of the last 2."""


def subject(kwh: Callable[[int, int], float]) -> Subject:
    """A customer whose consumption depends on the day and the quarter-hour."""
    days = {day: DayValues(tuple(kwh(place, quarter) for quarter in range(96))) for place, day in enumerate(DAYS)}
    return Subject(a_customer(1), days, "test")


def test_days_that_repeat_have_no_error_by_like_days_and_days_on_a_line_none_by_interpolation() -> None:
    found = backtest([subject(lambda _day, quarter: float(1 + quarter))], ZAGREB, 1)
    assert {key: [errors.gaps for errors in each] for key, each in found.items()} == {
        **{(length, Method.LIKE_DAYS): [2] for length in LENGTHS},
        **{(length, Method.INTERPOLATION): [2] for length in LENGTHS if length <= timedelta(hours=2)},
    }
    assert all(errors.distance < 1e-3 for each in found.values() for errors in each)


def test_a_day_of_twice_the_energy_of_its_like_days_is_half_missed() -> None:
    found = backtest([subject(lambda day, _quarter: 2.0 if day == 3 else 1.0)], ZAGREB, 1)
    (day,) = found[timedelta(days=1), Method.LIKE_DAYS]
    assert day.energy == (2 + 1) * 96
    # Thursday's estimate is 1 in place of 2. Friday's is the mean of 1, 1 and 2 in place of 1.
    assert round(day.missed, 2) == round(96 + 96 / 3, 2) == round(day.distance, 2)


def test_the_section_has_a_row_for_each_gap_and_method() -> None:
    text = section({"one": backtest([subject(lambda _day, quarter: float(1 + quarter))], ZAGREB, 1), "none": {}})
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert rows[0] == "| 1 interval | interpolation | 0.0, 0.0 (2) | - |"
    assert rows[-1] == "| a day | like_days | 0.0, 0.0 (2) | - |"
    assert len(rows) == 8
