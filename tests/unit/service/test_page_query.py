from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.problems import ProblemError
from service.readings import page_query
from service.readings.page_query import PageQuery
from tests.unit.service.fakes import NOW

MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


def test_without_parameters_it_is_everything_a_thousand_at_a_time() -> None:
    assert page_query.parse([], NOW) == PageQuery(page_query.BEGINNING, page_query.END, 1000)


def test_times_may_have_any_offset() -> None:
    query = page_query.parse([("from", "2026-11-23T01:00:00+01:00"), ("to", "2026-11-23T12:00:00Z")], NOW)
    assert query.start == MIDNIGHT
    assert query.end == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_cursor_moves_the_start_forward_and_never_back() -> None:
    cursor = page_query.encode_cursor(MIDNIGHT)
    assert page_query.parse([("cursor", cursor)], NOW).start == MIDNIGHT
    later = "2026-11-24T00:00:00Z"
    assert page_query.parse([("cursor", cursor), ("from", later)], NOW).start == datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("from", "2026-11-23T01:00:00 01:00", "%2B"),
        ("from", "2026-11-23T01:00:00", "offset"),
        ("from", "", "RFC 3339"),
        ("to", "yesterday", "RFC 3339"),
        ("limit", "0", "1 to 1000"),
        ("limit", "1001", "1 to 1000"),
        ("limit", "-1", "1 to 1000"),
        ("limit", "1.5", "1 to 1000"),
        ("limit", "٣", "1 to 1000"),
        ("limit", "", "1 to 1000"),
        ("cursor", "", "cursor"),
        ("cursor", "MTow====", "cursor"),
        ("cursor", "é", "cursor"),
        ("cursor", "Mjow", "cursor"),
        ("cursor", "MTowMQ", "cursor"),
        ("cursor", "MTo5OTk5OTk5OTk5OTk5OTk5OTk5", "cursor"),
        ("form", "2026-11-23T01:00:00Z", "from, to, limit, cursor"),
    ],
)
def test_a_wrong_parameter_is_named(name: str, value: str, reason: str) -> None:
    with pytest.raises(ProblemError) as caught:
        page_query.parse([(name, value)], NOW)
    assert caught.value.status == 422
    (error,) = caught.value.errors
    assert error.field == name
    assert reason in error.reason


def test_a_parameter_given_twice_is_refused() -> None:
    with pytest.raises(ProblemError) as caught:
        page_query.parse([("limit", "1"), ("limit", "2")], NOW)
    assert [error.field for error in caught.value.errors] == ["limit"]


def test_a_range_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ProblemError) as caught:
        page_query.parse([("from", "2026-11-24T00:00:00Z"), ("to", "2026-11-23T00:00:00Z")], NOW)
    assert [error.field for error in caught.value.errors] == ["from"]


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_cursor_comes_back_as_the_time_it_was_made_of(start: datetime) -> None:
    whole = start.replace(microsecond=0)
    assert page_query.decode_cursor(page_query.encode_cursor(whole)) == whole


@given(st.text(max_size=40))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    try:
        start = page_query.decode_cursor(text)
    except ValueError:
        return
    assert page_query.encode_cursor(start) == text
