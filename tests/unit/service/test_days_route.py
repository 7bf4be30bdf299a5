"""The route of days shows the energy and the intervals of each local day."""

from datetime import UTC, datetime

import pytest

from domain.identity_headers import Identity
from domain.intervals import IntervalLengths
from domain.supply import Supply
from tests.support.asgi_client import AsgiClient
from tests.unit.service.calls import PATH, READING, assert_problem, post
from tests.unit.service.fakes import NUMBER, OWN

DAYS = PATH.replace("readings", "days")


def test_days_have_their_energy_and_their_intervals(client: AsgiClient) -> None:
    post(client, READING, READING | {"interval_start": "2026-11-22T09:00:00Z", "production_kwh": 0.5})
    days = client.get(DAYS, params={"from": "2026-11-21", "to": "2026-11-22"}, headers=OWN).json()["days"]
    assert days == [
        {"date": "2026-11-21", "consumption_kwh": None, "production_kwh": None, "expected": 96, "received": 0},
        {"date": "2026-11-22", "consumption_kwh": 0.317, "production_kwh": 0.5, "expected": 96, "received": 1},
    ]
    assert len(client.get(DAYS, headers=OWN).json()["days"]) == 31


def test_a_day_expects_the_intervals_of_its_own_length_inside_the_supply(client: AsgiClient) -> None:
    lengths = IntervalLengths(15, ((datetime(2026, 10, 25, 23, tzinfo=UTC), 5),))
    supply = Supply(datetime(2026, 10, 24, 8, tzinfo=UTC))
    caller = Identity(NUMBER, lengths, supply).as_headers()
    days = client.get(DAYS, params={"from": "2026-10-23", "to": "2026-10-26"}, headers=caller).json()["days"]
    assert [day["expected"] for day in days] == [0, 56, 100, 288]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-11-22T00:00:00Z"},
        {"from": "2026-W48-1"},
        {"from": "2026-02-30"},
        {"from": "2026-11-22", "to": "2026-11-21"},
        {"to": "2026-11-24"},
        {"from": "2025-11-22", "to": "2026-11-23"},
        {"from": "1900-01-01", "to": "1900-01-02"},
        {"day": "2026-11-22"},
    ],
)
def test_other_days_are_refused(client: AsgiClient, query: dict[str, str]) -> None:
    assert_problem(client.get(DAYS, params=query, headers=OWN), 422)
