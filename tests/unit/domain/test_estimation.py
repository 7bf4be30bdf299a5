"""The value to use for each interval without a good one."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from domain.days import LocalDay
from domain.estimation import LONGEST_LINE, MISSING, Estimate, Given, Method, estimate, like_means
from domain.intervals import IntervalLengths, interval_starts
from tests.unit.lambdas.examples import AUTUMN, SPRING, ZAGREB

DAY = LocalDay(date(2026, 11, 4), ZAGREB)
NOTHING: Mapping[datetime, float] = {}


def due_of(day: LocalDay = DAY, minutes: int = 15) -> list[tuple[datetime, int]]:
    return [(start, minutes) for start in interval_starts(day, IntervalLengths(minutes))]


def given_of(
    due: list[tuple[datetime, int]], without: Collection[int] = (), outages: Collection[int] = ()
) -> dict[datetime, Given]:
    """Readings that rise by 0.1 kWh with each interval."""
    return {start: Given(0.1 * index, index in outages) for index, (start, _) in enumerate(due) if index not in without}


def estimated(due: list[tuple[datetime, int]], estimates: Mapping[datetime, Estimate]) -> dict[int, Estimate]:
    """The estimates by the index of the interval."""
    return {index: estimates[start] for index, (start, _) in enumerate(due) if start in estimates}


def test_a_whole_day_of_good_readings_needs_no_estimate() -> None:
    due = due_of()
    assert estimate(due, given_of(due), (), {}) == {}


def test_a_gap_of_2_hours_gets_the_values_on_the_line_between_its_ends() -> None:
    due = due_of()
    gap = range(10, 18)
    found = estimated(due, estimate(due, given_of(due, gap), (), {}))
    assert found == {index: Estimate(round(0.1 * index, 6), Method.INTERPOLATION) for index in gap}


def test_a_longer_gap_gets_the_like_days() -> None:
    due = due_of()
    gap = range(10, 19)
    like = {start: 2.0 for start, _ in due}
    assert estimated(due, estimate(due, given_of(due, gap), (), like)) == dict.fromkeys(
        gap, Estimate(2.0, Method.LIKE_DAYS)
    )
    assert estimated(due, estimate(due, given_of(due, gap), (), {})) == dict.fromkeys(gap, MISSING)


@pytest.mark.parametrize("minutes", [5, 10, 15, 30, 60])
def test_the_2_hours_count_and_not_the_number_of_intervals(minutes: int) -> None:
    due = due_of(minutes=minutes)
    most = int(LONGEST_LINE / timedelta(minutes=minutes))
    for length, method in ((most, Method.INTERPOLATION), (most + 1, None)):
        found = estimate(due, given_of(due, range(5, 5 + length)), (), {})
        assert {each.method for each in found.values()} == {method}


@pytest.mark.parametrize("gap", [[0], [95], [0, 1]])
def test_a_gap_at_the_edge_of_the_day_has_no_line(gap: list[int]) -> None:
    due = due_of()
    assert set(estimate(due, given_of(due, gap), (), {}).values()) == {MISSING}


@pytest.mark.parametrize("end", [9, 12])
def test_an_interval_with_an_outage_is_no_end(end: int) -> None:
    due = due_of()
    found = estimated(due, estimate(due, given_of(due, [10, 11], outages=[end]), (), {}))
    assert found == {10: MISSING, 11: MISSING}


def test_wrong_values_are_part_of_a_gap_and_no_ends() -> None:
    due = due_of()
    wrong = {due[index][0] for index in (9, 12)}
    found = estimated(due, estimate(due, given_of(due, [10, 11]), wrong, {}))
    assert found == {index: Estimate(round(0.1 * index, 6), Method.INTERPOLATION) for index in range(9, 13)}


def test_intervals_of_another_length_are_no_ends() -> None:
    quarters, hours = due_of()[:8], due_of(minutes=60)[2:]
    due = quarters + hours
    assert estimated(due, estimate(due, given_of(due, [7]), (), {})) == {7: MISSING}
    assert estimated(due, estimate(due, given_of(due, [6]), (), {})) == {6: Estimate(0.6, Method.INTERPOLATION)}


def test_a_gap_in_the_supply_ends_the_line() -> None:
    due = due_of()
    due = due[:10] + due[20:]
    assert estimated(due, estimate(due, given_of(due, [9]), (), {})) == {9: MISSING}


def days_of(*values: float, minutes: int = 15, of: date = date(2026, 11, 3)) -> list[tuple[date, int, list[float]]]:
    """Like days with one value each, one day before the other."""
    count = len(interval_starts(LocalDay(of, ZAGREB), IntervalLengths(minutes)))
    return [(of - timedelta(days=back), minutes, [value] * count) for back, value in enumerate(values)]


def test_the_mean_is_of_the_like_days_at_the_same_local_time() -> None:
    due = due_of()
    days = [(date(2026, 11, 3 - back), 15, [back + index / 100 for index in range(96)]) for back in range(3)]
    means = like_means(due, days, ZAGREB)
    assert [round(means[start], 6) for start, _ in due] == [round(1 + index / 100, 6) for index in range(96)]


def test_fewer_than_3_like_days_or_another_length_are_no_estimate() -> None:
    assert like_means(due_of(), days_of(1, 2), ZAGREB) == {}
    assert like_means(due_of(), days_of(1, 2, 3, minutes=60), ZAGREB) == {}
    assert like_means(due_of(minutes=60), days_of(1, 2, 3, minutes=60), ZAGREB) != {}
    incomplete = [(day, minutes, values[1:]) for day, minutes, values in days_of(1, 2, 3)]
    assert like_means(due_of(), incomplete, ZAGREB) == {}


@pytest.mark.parametrize(("day", "known"), [(SPRING, 92), (AUTUMN, 100)])
def test_on_a_day_of_the_clock_change_the_clock_on_the_wall_decides(day: date, known: int) -> None:
    due = due_of(LocalDay(day, ZAGREB))
    days = [(day - timedelta(days=7 * back), 15, [float(index) for index in range(96)]) for back in (1, 2, 3)]
    means = like_means(due, days, ZAGREB)
    assert len(means) == len(due) == known
    noon = next(start for start, _ in due if start.astimezone(ZAGREB).hour == 12)
    assert means[noon] == 48.0


def test_an_hour_that_a_like_day_lacks_has_no_mean_without_a_fourth_day() -> None:
    day = LocalDay(SPRING + timedelta(days=7), ZAGREB)
    dates = [SPRING, SPRING - timedelta(days=7), SPRING - timedelta(days=14)]
    days = [(each, 15, [1.0] * len(interval_starts(LocalDay(each, ZAGREB)))) for each in dates]
    absent = {start.astimezone(ZAGREB).hour for start, _ in due_of(day)} - {
        start.astimezone(ZAGREB).hour for start in like_means(due_of(day), days, ZAGREB)
    }
    assert absent == {2}


@drawn(
    without=st.sets(st.integers(0, 95)),
    wrong=st.sets(st.integers(0, 95)),
    outages=st.sets(st.integers(0, 95)),
    known=st.sets(st.integers(0, 95)),
)
def test_every_interval_without_a_good_value_gets_one_estimate_by_the_first_method_that_may_be_used(
    without: set[int], wrong: set[int], outages: set[int], known: set[int]
) -> None:
    due = due_of()
    bad = without | wrong
    like = {due[index][0]: 5.0 for index in known}
    found = estimated(due, estimate(due, given_of(due, without, outages), {due[index][0] for index in wrong}, like))
    assert set(found) == bad
    for index, each in found.items():
        first, last = index, index
        while first - 1 in bad:
            first -= 1
        while last + 1 in bad:
            last += 1
        has_line = first > 0 and last < 95 and last - first < 8 and not {first - 1, last + 1} & outages
        assert (each.method is Method.INTERPOLATION) == has_line
        if has_line:
            assert each.kwh == pytest.approx(0.1 * index)
        else:
            assert each == (Estimate(5.0, Method.LIKE_DAYS) if index in known else MISSING)
