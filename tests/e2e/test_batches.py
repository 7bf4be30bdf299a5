"""Batches of readings: stored, repeated, revised, mixed, and read back."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.readings import NETWORK_PARAMETERS, quarter_hours, reading, whole_day


def counted(**counts: int) -> dict[str, Any]:
    """The answer with these counts, and 0 for each other one."""
    return {"stored": 0, "duplicates": 0, "revised": 0, "superseded": 0, "rejected": []} | counts


@pytest.fixture
def customer(customers: Customers) -> TestCustomer:
    return customers.create()


def test_a_day_is_stored_and_read_back(api: ApiClient, customer: TestCustomer, day: date) -> None:
    sent = whole_day(day, **NETWORK_PARAMETERS)
    assert api.send(customer.number, sent, customer.key).json == counted(stored=96)
    stored = api.stored(customer.number, customer.key)
    assert [each["consumption_kwh"] for each in stored] == [each["consumption_kwh"] for each in sent]
    assert {name: stored[0][name] for name in NETWORK_PARAMETERS} == NETWORK_PARAMETERS
    assert {(each["interval_minutes"], each["quality"]) for each in stored} == {(15, "measured")}


def test_a_repeated_batch_changes_nothing(api: ApiClient, customer: TestCustomer, day: date) -> None:
    sent = whole_day(day)
    api.send(customer.number, sent, customer.key)
    before = api.stored(customer.number, customer.key)
    again = api.send(customer.number, sent, customer.key)
    assert again.json == counted(duplicates=96)
    assert api.stored(customer.number, customer.key) == before


def test_a_corrected_reading_is_a_revision(api: ApiClient, customer: TestCustomer, day: date) -> None:
    start = quarter_hours(day)[10]
    api.send(customer.number, [reading(start, 1)], customer.key)
    assert api.send(customer.number, [reading(start, 2)], customer.key).json["revised"] == 1
    (stored,) = api.stored(customer.number, customer.key)
    assert stored["consumption_kwh"] == 2


def test_a_mixed_batch_counts_each_kind(api: ApiClient, customer: TestCustomer, day: date) -> None:
    starts = quarter_hours(day)
    api.send(customer.number, [reading(start, 1) for start in starts[:10]], customer.key)
    mixed = [
        *(reading(start, 1) for start in starts[:4]),
        *(reading(start, 1.5) for start in starts[4:10]),
        *(reading(start, 1) for start in starts[10:15]),
    ]
    answer = api.send(customer.number, mixed[::-1], customer.key)
    assert answer.json == counted(stored=5, duplicates=4, revised=6)
    stored = api.stored(customer.number, customer.key)
    assert [each["consumption_kwh"] for each in stored] == [1] * 4 + [1.5] * 6 + [1] * 5


def test_a_late_retry_undoes_no_correction(api: ApiClient, customer: TestCustomer, day: date) -> None:
    start = quarter_hours(day)[10]

    def send(kwh: float, reported: str) -> Any:
        body = {"readings": [reading(start, kwh)], "reported_at": f"{day}T{reported}Z"}
        return api.send_body(customer.number, json.dumps(body).encode(), customer.key).json

    assert send(1, "12:00:00") == counted(stored=1)
    assert send(2, "13:00:00") == counted(revised=1)
    assert send(1, "12:00:00")["superseded"] == 1
    (stored,) = api.stored(customer.number, customer.key)
    assert stored["consumption_kwh"] == 2


def test_one_instant_written_with_two_offsets_is_one_reading(api: ApiClient, customer: TestCustomer, day: date) -> None:
    instant = f"{day}T12:00:00"
    first = {"interval_start": f"{instant}Z", "consumption_kwh": 1}
    second = {"interval_start": f"{day}T14:00:00+02:00", "consumption_kwh": 1}
    assert api.send(customer.number, [first], customer.key).json["stored"] == 1
    assert api.send(customer.number, [second], customer.key).json["duplicates"] == 1


def test_a_thousand_readings_go_in_at_once(api: ApiClient, customer: TestCustomer, day: date) -> None:
    start = quarter_hours(day)[0]
    sent = [reading(start + timedelta(minutes=15 * index)) for index in range(1_000)]
    assert api.send(customer.number, sent, customer.key).json["stored"] == 1_000
    assert len(api.stored(customer.number, customer.key)) == 1_000


def test_pages_join_up_to_the_whole(api: ApiClient, customer: TestCustomer, day: date) -> None:
    api.send(customer.number, whole_day(day), customer.key)
    whole = api.stored(customer.number, customer.key)
    first = api.readings(customer.number, customer.key, limit="40").json
    second = api.readings(customer.number, customer.key, limit="40", cursor=first["next"]).json
    third = api.readings(customer.number, customer.key, limit="40", cursor=second["next"]).json
    assert [len(page["readings"]) for page in (first, second, third)] == [40, 40, 16]
    assert first["readings"] + second["readings"] + third["readings"] == whole
    assert third["next"] is None


def test_from_and_to_bound_what_is_read(api: ApiClient, customer: TestCustomer, day: date) -> None:
    api.send(customer.number, whole_day(day), customer.key)
    starts = quarter_hours(day)
    page = api.readings(customer.number, customer.key, from_=starts[8].isoformat(), to=starts[12].isoformat())
    assert [each["consumption_kwh"] for each in page.json["readings"]] == [0.108, 0.109, 0.11, 0.111]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "1001"},
        {"limit": "many"},
        {"from": "2010-01-01"},
        {"from": "2010-01-01T00:00:00"},
        {"cursor": "nonsense"},
        {"from": "2010-01-02T00:00:00Z", "to": "2010-01-01T00:00:00Z"},
        {"since": "2010-01-01T00:00:00Z"},
    ],
)
def test_a_query_that_makes_no_sense_is_refused(api: ApiClient, customer: TestCustomer, query: dict[str, str]) -> None:
    answer = api.readings(customer.number, customer.key, **query)
    assert answer.status == 422
    assert answer.json["errors"][0]["field"] in query
