"""The parser judges a reading by the terms of its metering point: the retention, the interval length and the supply."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.intervals import IntervalLengths
from domain.supply import Supply
from service.http import json_body
from service.problems import ProblemError
from service.readings import parser
from service.readings.parser import Delivery
from tests.unit.service.batches import GOOD, delivered
from tests.unit.service.fakes import TERMS


def test_a_reading_past_retention_is_refused_with_the_oldest_that_is_kept() -> None:
    oldest = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
    items = [GOOD | {"interval_start": f"2026-11-23T09:{minute}:00Z"} for minute in (15, 30)]
    body = json.dumps({"readings": items}).encode()
    with pytest.raises(ProblemError) as caught:
        parser.parse(json_body.parse(body), replace(TERMS, oldest=oldest))
    assert [(error.index, error.field) for error in caught.value.errors] == [(0, "interval_start")]
    assert "2026-11-23T09:30:00Z" in caught.value.errors[0].reason


def with_lengths(lengths: IntervalLengths, start: str) -> Delivery:
    terms = replace(TERMS, grid=replace(TERMS.grid, lengths=lengths))
    return delivered({"readings": [GOOD | {"interval_start": start}]}, terms)


@pytest.mark.parametrize(
    ("minutes", "taken", "refused"),
    [(5, "10:05", "10:06"), (10, "10:50", "10:15"), (30, "10:30", "10:15"), (60, "11:00", "10:30")],
)
def test_the_grid_has_the_length_of_the_metering_point(minutes: int, taken: str, refused: str) -> None:
    assert with_lengths(IntervalLengths(minutes), f"2026-11-23T{taken}:00Z").readings
    with pytest.raises(ProblemError) as caught:
        with_lengths(IntervalLengths(minutes), f"2026-11-23T{refused}:00Z")
    assert f"{minutes} minutes" in caught.value.errors[0].reason


def test_old_days_keep_their_length_where_it_changes() -> None:
    lengths = IntervalLengths(15, ((datetime(2026, 11, 20, 23, tzinfo=UTC), 60),))
    assert with_lengths(lengths, "2026-11-20T22:45:00Z").readings
    with pytest.raises(ProblemError):
        with_lengths(lengths, "2026-11-20T23:15:00Z")


def test_a_down_time_is_at_most_as_long_as_its_own_interval() -> None:
    hours = replace(TERMS, grid=replace(TERMS.grid, lengths=IntervalLengths(60)))
    item = GOOD | {"interval_start": "2026-11-23T10:00:00Z", "down_time_seconds": 3600}
    assert delivered({"readings": [item]}, hours).readings
    with pytest.raises(ProblemError) as caught:
        delivered({"readings": [item]})
    assert caught.value.errors[0].field == "down_time_seconds"


SUPPLY = Supply(datetime(2026, 11, 10, 9, tzinfo=UTC), datetime(2026, 11, 20, 10, 7, tzinfo=UTC))


@pytest.mark.parametrize(
    ("start", "days_later", "reason"),
    [
        ("2026-11-10T09:00:00Z", 3, None),
        ("2026-11-10T08:45:00Z", 3, "before the supply"),
        ("2026-11-20T10:00:00Z", 3, None),  # a part of it is inside
        ("2026-11-20T10:15:00Z", 3, "after the supply"),
        ("2026-11-20T10:00:00Z", 30, None),
        ("2026-11-20T10:00:00Z", 31, "too late"),
    ],
)
def test_a_customer_who_left_can_send_what_lies_inside_the_supply(
    start: str, days_later: int, reason: str | None
) -> None:
    now = datetime(2026, 11, 20, 10, 7, tzinfo=UTC) + timedelta(days=days_later)
    terms = replace(TERMS, now=now, supply=SUPPLY)
    body = {"readings": [GOOD | {"interval_start": start}]}
    if reason is None:
        assert delivered(body, terms).readings
    else:
        with pytest.raises(ProblemError) as caught:
            delivered(body, terms)
        assert reason in caught.value.errors[0].reason
