"""Bad bodies: each is refused with a reason, nothing of it is stored, and no log tells of an error."""

import json
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dockerless_testing.waiting import wait_until
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.logs import Logs
from tests.e2e.readings import quarter_hours, reading

GOOD = "2010-05-05T10:00:00Z"
LOG_SECONDS = 30


@pytest.fixture(scope="module")
def customer(customers: Customers) -> TestCustomer:
    return customers.create()


@pytest.fixture(scope="module", autouse=True)
def began() -> int:
    """Milliseconds since 1970 when this module's first test began."""
    return int(time.time() * 1000)


def _body(**changes: Any) -> bytes:
    item = {"interval_start": GOOD, "consumption_kwh": 1, **changes}
    return json.dumps({"readings": [item]}).encode()


def _number(text: str, name: str = "consumption_kwh") -> bytes:
    """A body with a number written as `text`, which JSON libraries would not write."""
    return _body(**{name: "?"}).replace(b'"?"', text.encode())


MALFORMED = {
    "empty": b"",
    "not JSON": b"readings",
    "cut short": _body()[:-2],
    "followed by more": _body() + b"}",
    "not UTF-8": _body(consumption_kwh=1).replace(b"readings", b"reading\xff"),
    "single quotes": b"{'readings': []}",
    "a NUL byte": b'{"readings": [\x00]}',
}

INVALID = {
    "a list": b"[]",
    "null": b"null",
    "a string": b'"readings"',
    "no readings": b"{}",
    "no list of readings": b'{"readings": {}}',
    "an empty list": b'{"readings": []}',
    "null as a reading": b'{"readings": [null]}',
    "a list as a reading": b'{"readings": [[]]}',
    "an unknown field beside readings": b'{"readings": [{"interval_start": "%s", "consumption_kwh": 1}], "x": 1}'
    % GOOD.encode(),
    "an unknown field in a reading": _body(colour="red"),
    "an unknown field with a line break in its name": _body(**{'x"\n{"level": "ERROR"}': 1}),
    "half a surrogate pair in a field's name": _body(**{"\ud800": 1}),
    "another's metering point in a reading": _body(billing_metering_point_number="1"),
    "no start": b'{"readings": [{"consumption_kwh": 1}]}',
    "no consumption": b'{"readings": [{"interval_start": "%s"}]}' % GOOD.encode(),
    "a name twice": b'{"readings": [{"interval_start": "%s", "consumption_kwh": 1, "consumption_kwh": 2}]}'
    % GOOD.encode(),
    "a naive time": _body(interval_start="2010-05-05T10:00:00"),
    "a time off the grid": _body(interval_start="2010-05-05T10:07:00Z"),
    "more off the grid than the clock tolerance": _body(interval_start="2010-05-05T10:00:31Z"),
    "an offset that leaves the grid": _body(interval_start="2010-05-05T10:00:00+00:20"),
    "a date only": _body(interval_start="2010-05-05"),
    "a time that does not exist": _body(interval_start="2010-02-30T10:00:00Z"),
    "a time in words": _body(interval_start="yesterday"),
    "a number as time": _body(interval_start=1273053600),
    "a time before there were meters": _body(interval_start="0001-01-01T00:00:00Z"),
    "a time at the end of the calendar": _body(interval_start="9999-12-31T23:45:00Z"),
    "negative consumption": _body(consumption_kwh=-0.1),
    "consumption as text": _body(consumption_kwh="1"),
    "consumption as truth": _body(consumption_kwh=True),
    "consumption null": _body(consumption_kwh=None),
    "NaN": _number("NaN"),
    "Infinity": _number("Infinity"),
    "minus Infinity": _number("-Infinity"),
    "a huge number": _number("1e400"),
    "a number with a huge exponent": _number("1e999999999999999999999"),
    "a number of a thousand digits": _number("9" * 1_000),
    "more than numeric(12,6) holds": _number("1000000"),
    "a quality that nobody knows": _body(quality="guessed"),
    "negative production": _body(production_kwh=-1),
    "a negative voltage": _body(average_voltage_v=-1),
    "a huge frequency": _number("1e300", "average_frequency_hz"),
    "more down time than the interval has": _body(down_time_seconds=901),
    "voltage drops beyond an integer": _number("99999999999", "voltage_drops"),
    "nested too deeply": b'{"readings": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED.keys())
def test_what_is_no_json_is_refused(api: ApiClient, customer: TestCustomer, body: bytes) -> None:
    answer = api.send_body(customer.number, body, customer.key)
    assert answer.status == 400, answer
    assert answer.reason
    assert api.stored(customer.number, customer.key) == []


@pytest.mark.parametrize("body", INVALID.values(), ids=INVALID.keys())
def test_invalid_readings_are_refused_with_a_reason(api: ApiClient, customer: TestCustomer, body: bytes) -> None:
    answer = api.send_body(customer.number, body, customer.key)
    assert answer.status == 422, answer
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json["errors"][0]["reason"]
    assert api.stored(customer.number, customer.key) == []


def test_one_bad_reading_keeps_the_good_ones_out_and_is_named(
    api: ApiClient, customer: TestCustomer, day: date
) -> None:
    readings = [reading(start) for start in quarter_hours(day)]
    readings[37]["consumption_kwh"] = -1
    answer = api.send(customer.number, readings, customer.key)
    assert answer.status == 422
    assert [(error["index"], error["field"]) for error in answer.json["errors"]] == [(37, "consumption_kwh")]
    assert api.stored(customer.number, customer.key) == []


def test_the_future_cannot_be_reported(api: ApiClient, customer: TestCustomer) -> None:
    tomorrow = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    answer = api.send(customer.number, [reading(tomorrow)], customer.key)
    assert answer.status == 422
    assert "future" in answer.json["errors"][0]["reason"]
    assert api.stored(customer.number, customer.key) == []


def test_the_same_interval_twice_in_a_batch_is_refused(api: ApiClient, customer: TestCustomer, day: date) -> None:
    start = quarter_hours(day)[0]
    answer = api.send(customer.number, [reading(start, 1), reading(start, 2)], customer.key)
    assert answer.status == 422
    assert {error["index"] for error in answer.json["errors"]} == {0, 1}
    assert api.stored(customer.number, customer.key) == []


def test_a_thousand_and_one_readings_are_too_many(api: ApiClient, customer: TestCustomer, day: date) -> None:
    start = quarter_hours(day)[0]
    readings = [reading(start + timedelta(minutes=15 * index)) for index in range(1_001)]
    answer = api.send(customer.number, readings, customer.key)
    assert answer.status == 422
    assert "1001" in json.dumps(answer.json)
    assert api.stored(customer.number, customer.key) == []


@pytest.mark.parametrize("megabytes", [2, 11])
def test_a_body_that_is_too_large_is_refused(api: ApiClient, customer: TestCustomer, megabytes: int) -> None:
    body = _body() + b" " * (megabytes * 1024 * 1024)
    answer = api.send_body(customer.number, body, customer.key)
    assert answer.status == 413, answer
    assert answer.reason
    assert api.stored(customer.number, customer.key) == []


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "", "application/json2"])
def test_a_body_that_is_not_declared_as_json_is_refused(
    api: ApiClient, customer: TestCustomer, media_type: str
) -> None:
    answer = api.send_body(customer.number, _body(), customer.key, [("content-type", media_type)])
    assert answer.status == 415
    assert answer.reason
    assert api.stored(customer.number, customer.key) == []


def test_bad_input_leaves_no_error_in_any_log(api: ApiClient, customer: TestCustomer, logs: Logs, began: int) -> None:
    for body in (*MALFORMED.values(), *INVALID.values()):
        api.send_body(customer.number, body, customer.key)
    last = api.send_body(customer.number, b"[]", customer.key)
    wait_until(
        lambda: any(last.request_id in message for message in logs.messages("ingestion", began)),
        LOG_SECONDS,
        "the last request in the service's log",
    )
    lines = [json.loads(message) for message in logs.messages("ingestion", began)]
    assert [line for line in lines if line["level"] not in ("DEBUG", "INFO")] == []
    assert [line for line in logs.messages("authorizer", began) if "ERROR" in line or "Traceback" in line] == []


def test_no_answer_to_bad_input_was_a_server_error(
    api: ApiClient, customer: TestCustomer, logs: Logs, began: int
) -> None:
    last = api.send_body(customer.number, b"{", customer.key)

    def lines() -> list[dict[str, Any]]:
        return [json.loads(message) for message in logs.messages("api", began)]

    wait_until(lambda: any(line["requestId"] == last.request_id for line in lines()), LOG_SECONDS, "the access log")
    assert [line for line in lines() if int(line["status"]) >= 500] == []
