"""A local day has its own start and end in UTC, also when clocks change."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.days import LocalDay, format_instant, parse_instant
from tests.unit.lambdas.examples import AUTUMN, SPRING, ZAGREB

ZONES = ["Europe/Zagreb", "UTC", "America/Havana", "Asia/Kathmandu", "Australia/Lord_Howe", "Antarctica/Troll"]


@pytest.mark.parametrize(
    ("day", "hours", "start"),
    [
        (SPRING, 23, datetime(2026, 3, 28, 23, tzinfo=UTC)),
        (AUTUMN, 25, datetime(2026, 10, 24, 22, tzinfo=UTC)),
        (date(2026, 1, 1), 24, datetime(2025, 12, 31, 23, tzinfo=UTC)),
        (date(2026, 7, 1), 24, datetime(2026, 6, 30, 22, tzinfo=UTC)),
    ],
)
def test_a_day_in_zagreb(day: date, hours: int, start: datetime) -> None:
    local = LocalDay(day, ZAGREB)
    assert local.start == start
    assert local.end == start + timedelta(hours=hours)


@given(st.dates(date(1980, 1, 1), date(2100, 1, 1)), st.sampled_from(ZONES))
def test_days_follow_each_other(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    assert LocalDay(day, zone).end == LocalDay(day + timedelta(days=1), zone).start


def test_a_day_is_over_at_its_end() -> None:
    local = LocalDay(SPRING, ZAGREB)
    assert local.is_over(local.end)
    assert not local.is_over(local.end - timedelta(microseconds=1))


def test_an_instant_is_written_in_utc() -> None:
    assert format_instant(datetime(2026, 3, 29, 3, tzinfo=timezone(timedelta(hours=2)))) == "2026-03-29T01:00:00Z"


@given(st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from(ZONES).map(ZoneInfo)))  # noqa: DTZ001
def test_what_is_written_is_read_again(instant: datetime) -> None:
    assert parse_instant(format_instant(instant)) == instant.astimezone(UTC)


@pytest.mark.parametrize(
    "text",
    ["", "2026-03-29", "2026-03-29T01:00:00", "2026-03-29 01:00:00Z", "20260329T010000Z", "2026-13-29T01:00:00Z", 7,
     None, "0001-01-01T00:00:00+23:59", "2026-03-29T01:00:00.1234567Z"],
)  # fmt: skip
def test_what_is_no_instant_is_refused(text: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  datetime has texts of its own
        parse_instant(text)
