"""A time at the edge of Python's calendar is an error of the caller at every route, and no fault of the service."""

import pytest

from tests.support.asgi_client import AsgiClient
from tests.unit.service.calls import PATH, READING, assert_problem, post
from tests.unit.service.fakes import OWN

START = "2026-11-23T10:15:00+01:00"
DAYS, REVISIONS = PATH.replace("readings", "days"), PATH.replace("readings", "revisions")
EDGES = [
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-01-02T00:00:00Z"),
    *("9999-12-31T23:45:00Z", "9999-12-31T23:45:00-14:00", "9999-12-30T00:00:00Z"),
]
"""The first and the last times of the calendar. An offset or a zone leads past some of them."""


@pytest.mark.parametrize("instant", EDGES)
def test_readings_are_refused(client: AsgiClient, instant: str) -> None:
    assert_problem(post(client, READING | {"interval_start": instant}), 422)
    assert post(client, READING, reported_at=instant).status_code in (200, 422)


@pytest.mark.parametrize("instant", EDGES)
@pytest.mark.parametrize("path", [PATH, REVISIONS])
def test_a_page_is_empty_or_refused(client: AsgiClient, path: str, instant: str) -> None:
    for query in ({"from": instant}, {"to": instant}, {"from": instant, "to": instant}, {"as_known_at": instant}):
        assert client.get(path, params=query, headers=OWN).status_code in (200, 422)


@pytest.mark.parametrize("instant", EDGES)
def test_a_withdrawal_is_refused(client: AsgiClient, instant: str) -> None:
    for span in ({"from": instant, "to": START}, {"from": START, "to": instant}, {"from": instant, "to": instant}):
        assert_problem(client.request("DELETE", PATH, params=span, headers=OWN), 422)


@pytest.mark.parametrize("day", sorted({instant[:10] for instant in EDGES}))
def test_days_are_refused(client: AsgiClient, day: str) -> None:
    for query in ({"from": day, "to": day}, {"from": day, "to": START[:10]}, {"to": day}):
        assert_problem(client.get(DAYS, params=query, headers=OWN), 422)
