"""The history of readings through the API: corrections, late retries, withdrawals, and what was known when."""

import json
import urllib.parse
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.metering_points import RULE
from tests.e2e.api_client import JSON, Answer, ApiClient, readings_path
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.readings import quarter_hours, reading, whole_day

FIRST, SECOND, THIRD = (datetime(2026, 1, 2, hour, tzinfo=UTC) for hour in (1, 2, 3))


@pytest.fixture
def customer(customers: Customers) -> TestCustomer:
    return customers.create()


def post(
    api: ApiClient, customer: TestCustomer, *readings: dict[str, Any], reported_at: datetime, query: str = ""
) -> Any:
    body = json.dumps({"readings": readings, "reported_at": reported_at.isoformat()}).encode()
    answer = api.call("POST", readings_path(customer.number) + query, [JSON, ("x-api-key", customer.key)], body)
    assert answer.status == 200, answer.body
    return answer.json


def call(api: ApiClient, customer: TestCustomer, method: str, what: str, **query: object) -> Answer:
    path = readings_path(customer.number).replace("readings", what)
    encoded = urllib.parse.urlencode({name.rstrip("_"): str(value) for name, value in query.items()})
    return api.call(method, f"{path}?{encoded}", [("x-api-key", customer.key)])


def test_a_late_retry_does_not_undo_a_correction(api: ApiClient, customer: TestCustomer, day: date) -> None:
    start = quarter_hours(day)[0]
    assert post(api, customer, reading(start, 1), reported_at=FIRST)["stored"] == 1
    assert post(api, customer, reading(start, 2), reported_at=SECOND)["revised"] == 1
    assert post(api, customer, reading(start, 1), reported_at=FIRST)["superseded"] == 1
    assert list(api.stored_kwh(customer.number, customer.key).values()) == [2]
    versions = call(api, customer, "GET", "revisions").json["revisions"]
    assert [each["consumption_kwh"] for each in versions] == [1, 2]
    assert [each["replaced_at"] is None for each in versions] == [False, True]


def test_readings_are_shown_as_they_were_known(api: ApiClient, customer: TestCustomer, day: date) -> None:
    start = quarter_hours(day)[0]
    post(api, customer, reading(start, 1), reported_at=FIRST)
    [stored] = api.stored(customer.number, customer.key)
    post(api, customer, reading(start, 2), reported_at=SECOND)
    known = call(api, customer, "GET", "readings", as_known_at=stored["received_at"]).json["readings"]
    assert [each["consumption_kwh"] for each in known] == [1]
    before = datetime.fromisoformat(stored["received_at"]) - timedelta(seconds=1)
    assert call(api, customer, "GET", "readings", as_known_at=before.isoformat()).json["readings"] == []


def test_a_withdrawal_holds_against_what_was_reported_before_it(
    api: ApiClient, customer: TestCustomer, day: date
) -> None:
    starts = quarter_hours(day)
    post(api, customer, *whole_day(day), reported_at=FIRST)
    span = {"from_": starts[0].isoformat(), "to": starts[4].isoformat()}
    answer = call(api, customer, "DELETE", "readings", **span, reported_at=THIRD.isoformat())
    assert (answer.status, answer.json) == (200, {"withdrawn": 4})
    late = post(api, customer, *(reading(start, 9) for start in starts[:4]), reported_at=SECOND)
    assert late["superseded"] == 4
    assert len(api.stored(customer.number, customer.key)) == 92
    [of_day] = call(api, customer, "GET", "days", from_=day, to=day).json["days"]
    assert (of_day["expected"], of_day["received"]) == (96, 92)


def test_the_good_readings_of_a_batch_can_be_stored(api: ApiClient, customer: TestCustomer, day: date) -> None:
    sent = whole_day(day)
    sent[5]["consumption_kwh"] = -1
    sent[7]["interval_start"] = "yesterday"
    answer = post(api, customer, *sent, reported_at=FIRST, query="?on_error=skip")
    assert answer["stored"] == 94
    assert [(each["index"], each["field"]) for each in answer["rejected"]] == [
        (5, "consumption_kwh"),
        (7, "interval_start"),
    ]
    assert len(api.stored(customer.number, customer.key)) == 94


def test_omitted_fields_keep_what_is_stored_and_null_clears_it(
    api: ApiClient, customer: TestCustomer, day: date
) -> None:
    start = quarter_hours(day)[0]
    post(api, customer, reading(start, 1, average_voltage_v=231.5, voltage_drops=2), reported_at=FIRST)
    post(api, customer, reading(start, 2, voltage_drops=None), reported_at=SECOND)
    [stored] = api.stored(customer.number, customer.key)
    assert (stored["consumption_kwh"], stored["average_voltage_v"], stored["voltage_drops"]) == (2, 231.5, None)


@pytest.mark.parametrize("written", ["de{}", "DE {}", "de.{}"])
def test_an_oddly_written_number_gets_the_reason_with_its_key_and_403_with_another(
    api: ApiClient, customers: Customers, written: str
) -> None:
    other = customers.create()
    customer = customers.create(number=f"DE{other.number}")
    number = urllib.parse.quote(written.format(other.number))
    body = json.dumps({"readings": [reading(datetime(2026, 1, 2, tzinfo=UTC))]}).encode()
    refused = api.send_body(number, body, customer.key)
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, "number")
    assert RULE in refused.json["errors"][0]["reason"]
    assert api.send_body(number, body, other.key).status == 403
    assert api.stored(customer.number, customer.key) == []
