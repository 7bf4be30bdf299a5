"""Puts a metering point's values on a grid, finds its gaps, and computes its figures."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.days import LocalDay
from domain.intervals import interval_starts
from operations.console.data.metering_points import VALUES, Interval
from operations.console.points.figures import Figures
from operations.console.points.periods import VIEWS, Period
from operations.console.points.series import Grid, Missing, Voltage, due_of, finest, missing, profile
from tests.unit.lambdas.examples import AUTUMN, SPRING, ZAGREB, a_customer

MONDAY = date(2026, 3, 23)


def an_interval(start: datetime, kwh: str | None = "0.25", minutes: int = 15, **more: Any) -> Interval:
    """Returns an interval. Its value to use is the reported one, unless `more` says otherwise."""
    amount = None if kwh is None else Decimal(kwh)
    return Interval(
        start,
        minutes,
        kwh=amount,
        values={name: more.get(name) for name in VALUES} | {"consumption_kwh": amount},
        quality="measured",
        quality_code=more.get("code", 0),
        findings=(),
        validated_kwh=more.get("validated", amount),
        validated_by=more.get("by", "reading"),
    )


def a_day(day: date, zone: ZoneInfo = ZAGREB) -> list[Interval]:
    return [an_interval(start) for start in interval_starts(LocalDay(day, zone))]


@pytest.mark.parametrize("view", VIEWS)
def test_periods_follow_each_other_without_a_gap(view: str) -> None:
    period = Period.around(view, date(2024, 1, 15))
    for _ in range(30):
        following = period.after()
        assert following.first == period.last + timedelta(days=1)
        assert following.before() == period
        assert Period.around(view, period.last) == period
        period = following


def test_the_periods_of_a_day() -> None:
    day = date(2026, 3, 29)
    found = {view: (Period.around(view, day).first, Period.around(view, day).last) for view in VIEWS}
    assert found == {
        "day": (day, day),
        "week": (MONDAY, date(2026, 3, 29)),
        "month": (date(2026, 3, 1), date(2026, 3, 31)),
        "year": (date(2026, 1, 1), date(2026, 12, 31)),
    }


@pytest.mark.parametrize(("day", "steps"), [(MONDAY, 96), (SPRING, 92), (AUTUMN, 100)])
def test_a_day_of_clock_change_has_each_of_its_hours_once(day: date, steps: int) -> None:
    grid = Grid.of(Period.around("day", day), ZAGREB, 15)
    values = grid.values(a_day(day), lambda each: each.kw())
    assert (grid.count, values) == (steps, [1.0] * steps)


def test_a_step_without_a_reading_has_no_value_and_longer_intervals_fill_their_steps() -> None:
    starts = interval_starts(LocalDay(MONDAY, ZAGREB))
    intervals = [an_interval(starts[0], "1.0", 60), an_interval(starts[4], "0.1"), an_interval(starts[6], "0.3")]
    grid = Grid.of(Period.around("day", MONDAY), ZAGREB, finest(intervals))
    assert grid.values(intervals, lambda each: each.kw())[:8] == pytest.approx([1, 1, 1, 1, 0.4, None, 1.2, None])


def test_an_interval_before_the_period_changes_nothing() -> None:
    starts = interval_starts(LocalDay(MONDAY, ZAGREB))
    grid = Grid.of(Period.around("day", MONDAY), ZAGREB, 15)
    outside = [an_interval(starts[0] - timedelta(hours=1)), an_interval(starts[-1] + timedelta(minutes=15))]
    assert grid.values(outside, lambda each: each.kw()) == [None] * 96


def test_missing_intervals_in_a_row_are_one_gap() -> None:
    day = a_day(MONDAY)
    due = due_of(a_customer(1), MONDAY, ZAGREB)
    there = [each for index, each in enumerate(day) if index not in (3, 4, 5, 90)]
    assert missing(due, there, lambda _: 15) == [
        Missing(day[3].start, day[6].start, 3),
        Missing(day[90].start, day[91].start, 1),
    ]
    estimates = [an_interval(each.start, None, validated=Decimal(1), by="interpolation") for each in day[3:6]]
    assert len(missing(due, [*there, *estimates], lambda _: 15)) == 2, "an estimate is no reading"
    assert missing(due_of(a_customer(1, active=False), MONDAY, ZAGREB), [], lambda _: 15) == []
    assert due_of(None, MONDAY, ZAGREB) == ()


def test_the_profile_has_working_days_and_weekends_apart() -> None:
    week = Period.around("week", MONDAY)
    intervals = [each for day in week.days() for each in a_day(day)]
    doubled = [
        an_interval(each.start, "0.5") if each.start.astimezone(ZAGREB).weekday() >= 5 else each for each in intervals
    ]
    found = profile(doubled, ZAGREB, "consumption_kwh")
    assert found.working == [1.0] * 48
    assert [value for value in found.weekend if value is not None] == [2.0] * 48, "02:00 is there on the Saturday"


def test_the_voltage_counts_its_band_and_its_outages() -> None:
    starts = interval_starts(LocalDay(MONDAY, ZAGREB))
    volts = (207.0, 253.0, 206.9, 253.1, 0.0, None)
    found = Voltage.of(an_interval(start, average_voltage_v=volt) for start, volt in zip(starts, volts, strict=False))
    assert found == Voltage(count=4, inside=2, least=206.9, most=253.1, outages=1)
    assert Voltage.of(a_day(MONDAY)) is None


def test_the_figures_count_readings_and_not_estimates() -> None:
    day = a_day(MONDAY)[:4]
    estimate = an_interval(day[3].start, None, validated=Decimal("0.2"), by="like_days", code=8)
    high = an_interval(day[2].start, "0.75", production_kwh=Decimal("0.1"))
    found = Figures.of([*day[:2], high, estimate], expected=4)
    assert (found.reported_kwh, found.validated_kwh, found.produced_kwh) == (
        Decimal("1.25"),
        Decimal("1.45"),
        Decimal("0.1"),
    )
    assert (found.received, found.expected, found.estimated) == (3, 4, 1)
    assert (found.peak_kw, found.peak_at) == (3.0, day[2].start)
    assert found.qualities == ((0, 3), (8, 1))
    empty = Figures.of([], 96)
    assert (empty.peak_kw, empty.peak_at, empty.produced_kwh, empty.received) == (None, None, None, 0)


def test_a_grid_knows_its_places() -> None:
    grid = Grid(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), 60)
    assert (grid.count, grid.position(datetime(2026, 1, 1, 12, 30, tzinfo=UTC))) == (24, 12.5)


def test_a_step_of_an_hour_has_the_mean_of_its_quarter_hours() -> None:
    starts = interval_starts(LocalDay(MONDAY, ZAGREB))
    intervals = [an_interval(start, kwh) for start, kwh in zip(starts, ("0.1", "0.2", "0.3", "0.4", "1"), strict=False)]
    grid = Grid.of(Period.around("month", MONDAY), ZAGREB, 60)
    found = grid.values(intervals, lambda each: each.kw())
    first = round(grid.position(starts[0]))
    assert found[first : first + 3] == pytest.approx([1.0, 4.0, None])
