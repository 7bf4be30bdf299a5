"""A pipeline run gets its day from its input or from the time of its start."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.days import LocalDay
from domain.pipeline_dates import EARLIEST, InvalidDate, required_date, resolve_date
from tests.events import load_event
from tests.unit.lambdas.examples import NOW, SPRING, ZAGREB

NAIVE_TIMES = st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001  hypothesis wants them naive
MALFORMED = [
    {"date": "2026-3-29"}, {"date": "20260329"}, {"date": "2026-W13-7"}, {"date": "2026-02-30"}, {"date": ""},
    {"date": None}, {"date": 20260329}, {"date": ["2026-03-29"]}, {"date": "2026-03-29T00:00:00Z"},
    {"date": "2026-03-29\n"}, {"date": " 2026-03-29"}, {"date": "٢٠٢٦-03-29"}, {"date": "0000-01-01"},
    {"date": "1969-12-31"}, {"time": "2026-03-30T02:00:00"}, {"time": "yesterday"}, {"time": None},
    {"time": 1774843200}, {"time": "0001-01-01T00:00:00Z"}, {"time": "9999-12-31T23:59:59Z"}, [], "2026-03-29", None, 7,
]  # fmt: skip


def test_a_date_is_taken_as_it_is() -> None:
    assert resolve_date({"date": "2026-03-29"}, ZAGREB, NOW) == SPRING


def test_a_date_goes_before_a_time() -> None:
    assert resolve_date({"date": "2026-03-01", "time": "2026-03-30T02:00:00Z"}, ZAGREB, NOW) == date(2026, 3, 1)


def test_a_scheduled_event_means_the_day_before() -> None:
    assert resolve_date(load_event("scheduled"), ZAGREB, NOW) == SPRING


@pytest.mark.parametrize(
    ("time", "day"),
    [
        ("2026-03-28T22:59:59Z", date(2026, 3, 27)),
        ("2026-03-28T23:00:00Z", date(2026, 3, 28)),
        ("2026-03-29T21:59:59Z", date(2026, 3, 28)),
        ("2026-03-29T22:00:00Z", date(2026, 3, 29)),
        ("2026-10-25T22:30:00Z", date(2026, 10, 24)),
    ],
)
def test_the_day_before_is_told_in_the_zone(time: str, day: date) -> None:
    assert resolve_date({"time": time}, ZAGREB, NOW) == day


def test_nothing_means_yesterday_in_the_zone() -> None:
    just_past_midnight = datetime(2026, 3, 29, 22, 0, tzinfo=UTC)
    assert resolve_date({}, ZAGREB, just_past_midnight) == date(2026, 3, 29)
    assert resolve_date({}, ZAGREB, just_past_midnight - timedelta(seconds=1)) == date(2026, 3, 28)


@pytest.mark.parametrize("event", MALFORMED, ids=repr)
def test_malformed_input_is_refused(event: Any) -> None:
    with pytest.raises(InvalidDate):
        resolve_date(event, ZAGREB, NOW)


@pytest.mark.parametrize("event", MALFORMED, ids=repr)
def test_later_steps_refuse_it_too(event: Any) -> None:
    with pytest.raises(InvalidDate):
        required_date(event, ZAGREB, NOW)


def test_later_steps_guess_no_date() -> None:
    with pytest.raises(InvalidDate, match="date"):
        required_date({}, ZAGREB, NOW)


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        ({"date": "2026-11-02"}, "future"),
        ({"date": "9999-12-31"}, "future"),
        ({"date": "2026-11-01"}, "not over"),
        ({"time": "2026-11-03T02:00:00Z"}, "future"),
        ({"time": "2026-11-02T02:00:00Z"}, "not over"),
    ],
)
def test_a_day_that_is_not_over_is_refused(event: dict[str, str], reason: str) -> None:
    with pytest.raises(InvalidDate, match=reason):
        resolve_date(event, ZAGREB, NOW)


@given(st.dates(EARLIEST, date(2100, 1, 1)), NAIVE_TIMES)
def test_exactly_the_days_that_are_over_are_taken(day: date, now: datetime) -> None:
    aware = now.replace(tzinfo=UTC)
    if LocalDay(day, ZAGREB).end <= aware:
        assert resolve_date({"date": str(day)}, ZAGREB, aware) == day
    else:
        with pytest.raises(InvalidDate):
            resolve_date({"date": str(day)}, ZAGREB, aware)


@given(NAIVE_TIMES, st.sampled_from(["Pacific/Kiritimati", "Pacific/Pago_Pago"]))
def test_yesterday_is_over_everywhere(now: datetime, zone: str) -> None:
    aware = now.replace(tzinfo=UTC)
    assert LocalDay(resolve_date({}, ZoneInfo(zone), aware), ZoneInfo(zone)).is_over(aware)


def test_a_long_input_is_not_repeated_whole() -> None:
    with pytest.raises(InvalidDate) as caught:
        resolve_date({"date": "9" * 10_000}, ZAGREB, NOW)
    assert len(str(caught.value)) < 200
