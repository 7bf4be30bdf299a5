"""Interval lengths give a grid that fills each local day."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.days import LocalDay, local_date
from domain.intervals import (
    FINEST,
    MINUTES,
    QUARTER_HOURS,
    IntervalLengths,
    InvalidLengthsError,
    interval_end,
    interval_starts,
    is_on_grid,
    nearest_start,
)
from tests.unit.lambdas.examples import AUTUMN, SPRING, ZAGREB

ZONES = ["Europe/Zagreb", "UTC", "America/Havana", "America/Santiago", "Asia/Kathmandu", "Asia/Kolkata",
         "Australia/Lord_Howe", "Antarctica/Troll", "Africa/Cairo"]  # fmt: skip
ANY_ZONE = st.sampled_from(ZONES).map(ZoneInfo)
DATES = st.dates(date(1980, 1, 1), date(2100, 1, 1))
INSTANTS = st.datetimes(datetime(1980, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
CHANGED = st.builds(
    IntervalLengths,
    st.sampled_from(MINUTES),
    st.dictionaries(INSTANTS, st.sampled_from(MINUTES), max_size=3).map(lambda changes: tuple(sorted(changes.items()))),
)

DAYS_AND_COUNTS = [
    ("Europe/Zagreb", SPRING, [276, 138, 92, 46, 23]),
    ("Europe/Zagreb", AUTUMN, [300, 150, 100, 50, 25]),
    ("Europe/Zagreb", date(2026, 7, 1), [288, 144, 96, 48, 24]),
    ("Antarctica/Troll", date(2026, 3, 29), [264, 132, 88, 44, 22]),
    ("Antarctica/Troll", date(2026, 10, 25), [312, 156, 104, 52, 26]),
    ("Australia/Lord_Howe", date(2026, 10, 4), [282, 141, 94, 47, 24]),
    ("Australia/Lord_Howe", date(2026, 4, 5), [294, 147, 98, 49, 25]),
    ("Africa/Cairo", date(2026, 4, 24), [276, 138, 92, 46, 23]),
    ("Asia/Kolkata", date(2026, 4, 24), [288, 144, 96, 48, 24]),
    ("Pacific/Apia", date(2011, 12, 30), [0, 0, 0, 0, 0]),
]


@pytest.mark.parametrize(("zone", "day", "counts"), DAYS_AND_COUNTS)
def test_a_day_has_as_many_intervals_as_it_has(zone: str, day: date, counts: list[int]) -> None:
    local = LocalDay(day, ZoneInfo(zone))
    assert [len(interval_starts(local, IntervalLengths(minutes))) for minutes in MINUTES] == counts


@given(DATES, ANY_ZONE, st.sampled_from(MINUTES))
def test_intervals_fill_their_day_without_a_gap_or_an_overlap(day: date, zone: ZoneInfo, minutes: int) -> None:
    local = LocalDay(day, zone)
    starts = interval_starts(local, IntervalLengths(minutes))
    assert starts[0] == local.start
    ends = [interval_end(start, minutes, zone) for start in starts]
    assert ends[:-1] == list(starts[1:])
    assert ends[-1] == local.end
    assert {local_date(start, zone) for start in starts} == {day}
    assert all(is_on_grid(start, minutes, zone) for start in starts)
    assert all((start - local.start) % FINEST == timedelta(0) for start in starts)


@given(DATES, ANY_ZONE, CHANGED)
def test_a_changed_length_is_the_days_own_on_either_side(day: date, zone: ZoneInfo, lengths: IntervalLengths) -> None:
    local = LocalDay(day, zone)
    starts = interval_starts(local, lengths)
    due = [
        local.start + n * FINEST
        for n in range(-((local.start - local.end) // FINEST))
        if is_on_grid(local.start + n * FINEST, lengths.at(local.start + n * FINEST), zone)
    ]
    assert list(starts) == due


def test_old_days_keep_their_length() -> None:
    midnight = datetime(2026, 10, 31, 23, tzinfo=UTC)
    lengths = IntervalLengths(15, ((midnight, 60),))
    counts = [len(interval_starts(LocalDay(date(2026, 11, 1) + timedelta(n), ZAGREB), lengths)) for n in (-1, 0, 1)]
    assert counts == [96, 24, 24]


@given(INSTANTS, ANY_ZONE, st.sampled_from(MINUTES))
def test_the_nearest_start_is_on_the_grid_and_nearer_than_its_neighbours(
    instant: datetime, zone: ZoneInfo, minutes: int
) -> None:
    nearest = nearest_start(instant, minutes, zone)
    assert is_on_grid(nearest, minutes, zone)
    day = LocalDay(local_date(instant, zone), zone)
    grid = [*interval_starts(day, IntervalLengths(minutes)), day.end]
    assert nearest == min(grid, key=lambda start: (abs(start - instant), start))


@pytest.mark.parametrize(
    ("text", "minutes", "zone", "on_grid"),
    [
        ("2026-03-29T00:05:00Z", 5, "UTC", True),
        ("2026-03-29T00:05:00Z", 15, "UTC", False),
        ("2026-03-29T00:45:00+05:45", 15, "Asia/Kathmandu", True),
        ("2026-03-29T00:45:00+05:45", 30, "Asia/Kathmandu", False),
        ("2026-03-29T01:00:00+05:30", 60, "Asia/Kolkata", True),
        ("2026-03-29T01:00:00+00:00", 60, "Asia/Kolkata", False),
        ("2026-03-29T00:15:01Z", 15, "UTC", False),
        ("2026-03-29T00:15:00.000001Z", 15, "UTC", False),
    ],
)
def test_the_grid_begins_at_local_midnight(text: str, minutes: int, zone: str, on_grid: bool) -> None:
    assert is_on_grid(datetime.fromisoformat(text), minutes, ZoneInfo(zone)) is on_grid


def test_a_naive_time_is_on_no_grid() -> None:
    with pytest.raises(ValueError, match="offset"):
        is_on_grid(datetime(2026, 3, 29), 15, ZAGREB)  # noqa: DTZ001  what is tested


@given(CHANGED)
def test_the_code_of_lengths_is_read_as_it_was_written(lengths: IntervalLengths) -> None:
    assert IntervalLengths.decode(lengths.encode()) == lengths


@given(CHANGED, INSTANTS)
def test_the_last_change_before_an_instant_counts(lengths: IntervalLengths, instant: datetime) -> None:
    known = [minutes for since, minutes in lengths.changes if since <= instant]
    assert lengths.at(instant) == [lengths.first, *known][-1]
    assert all(lengths.at(since) == minutes for since, minutes in lengths.changes)


def test_codes_in_words() -> None:
    changed = IntervalLengths(15, ((datetime(2026, 11, 1, 23, tzinfo=UTC), 60),))
    assert QUARTER_HOURS.encode() == "15"
    assert changed.encode() == "15@,60@2026-11-01T23:00:00Z"


@pytest.mark.parametrize(
    "text",
    ["", "7", "015", "\u0661\u0665", "15@", "15,60", "15@2026-11-01T23:00:00Z", "15@,60@", "15@,60@yesterday",
     "15@,7@2026-11-01T23:00:00Z",
     "15@,60@2026-11-01T23:00:00Z,5@2026-11-01T23:00:00Z", "60@2026-11-01T23:00:00Z,15@"],
)  # fmt: skip
def test_a_code_that_nobody_writes_is_refused(text: str) -> None:
    with pytest.raises(InvalidLengthsError):
        IntervalLengths.decode(text)


@given(DATES, ANY_ZONE)
def test_days_share_no_interval(day: date, zone: ZoneInfo) -> None:
    days = [LocalDay(day + timedelta(n), zone) for n in range(3)]
    for one, next_one in pairwise(days):
        assert not set(interval_starts(one)) & set(interval_starts(next_one))
