"""The interval grid and the local day."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.days import INTERVAL, LocalDay, format_instant, is_on_grid, local_date
from tests.unit.lambdas.examples import AUTUMN, SPRING, ZAGREB

ZONES = ["Europe/Zagreb", "UTC", "America/Havana", "America/Santiago", "Asia/Kathmandu", "Australia/Lord_Howe"]


@pytest.mark.parametrize(
    ("day", "intervals", "start"),
    [
        (SPRING, 92, datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (AUTUMN, 100, datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 1, 1), 96, datetime(2025, 12, 31, 23, tzinfo=UTC)),
        (date(2026, 7, 1), 96, datetime(2026, 6, 30, 22, tzinfo=UTC)),
    ],
)
def test_a_day_in_zagreb(day: date, intervals: int, start: datetime) -> None:
    local = LocalDay(day, ZAGREB)
    assert len(local.intervals) == intervals
    assert local.intervals[0] == local.start == start
    assert local.intervals[-1] + INTERVAL == local.end == start + intervals * INTERVAL


@given(st.dates(date(1980, 1, 1), date(2100, 1, 1)), st.sampled_from(ZONES))
def test_days_follow_each_other_and_hold_exactly_their_own_intervals(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    local = LocalDay(day, zone)
    assert local.end == LocalDay(day + timedelta(days=1), zone).start
    assert {local_date(interval, zone) for interval in local.intervals} == {day}
    assert all(map(is_on_grid, local.intervals))
    assert list(local.intervals) == sorted(set(local.intervals))
    assert 90 <= len(local.intervals) <= 100


def test_a_day_is_over_at_its_end() -> None:
    local = LocalDay(SPRING, ZAGREB)
    assert local.is_over(local.end)
    assert not local.is_over(local.end - timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("text", "on_grid"),
    [
        ("2026-03-29T00:00:00Z", True),
        ("2026-03-29T00:45:00+05:45", True),
        ("1969-12-31T23:45:00Z", True),
        ("2026-03-29T00:05:00Z", False),
        ("2026-03-29T00:15:01Z", False),
        ("2026-03-29T00:15:00.000001Z", False),
    ],
)
def test_the_grid_is_of_utc_quarter_hours(text: str, on_grid: bool) -> None:
    assert is_on_grid(datetime.fromisoformat(text)) is on_grid


def test_a_naive_time_is_on_no_grid() -> None:
    with pytest.raises(ValueError, match="offset"):
        is_on_grid(datetime(2026, 3, 29))  # noqa: DTZ001  what is tested


def test_an_instant_is_written_in_utc() -> None:
    assert format_instant(datetime(2026, 3, 29, 3, tzinfo=timezone(timedelta(hours=2)))) == "2026-03-29T01:00:00Z"
