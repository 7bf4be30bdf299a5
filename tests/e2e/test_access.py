"""Who may read and write a metering point's readings."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.e2e.api_client import JSON, Answer, ApiClient, readings_path
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.readings import quarter_hours, reading, whole_day


@pytest.fixture(scope="module")
def customer(customers: Customers) -> TestCustomer:
    return customers.create()


@pytest.fixture(scope="module")
def other(customers: Customers) -> TestCustomer:
    return customers.create()


def test_health_needs_no_key(api: ApiClient) -> None:
    answer = api.health()
    assert (answer.status, answer.json) == (200, {"status": "ok"})


def test_without_a_key_nobody_gets_in(api: ApiClient, customer: TestCustomer, day: date) -> None:
    for answer in (
        api.send(customer.number, whole_day(day), key=None),
        api.readings(customer.number, key=None),
        api.send(customer.number, whole_day(day), key=""),
    ):
        assert (answer.status, answer.json) == (401, {"message": "Unauthorized"})
    assert api.stored(customer.number, customer.key) == []


def test_every_reason_to_refuse_a_key_looks_the_same(
    api: ApiClient, customers: Customers, customer: TestCustomer, other: TestCustomer, day: date
) -> None:
    inactive = customers.create(active=False)
    attempts = {
        "wrong key": (customer.number, "A" * 43),
        "no key's form": (customer.number, "short"),
        "another customer's key": (customer.number, other.key),
        "another customer's number": (other.number, customer.key),
        "inactive customer": (inactive.number, inactive.key),
        "unknown customer": (f"9{customer.number}", customer.key),
    }
    answers: dict[str, Answer] = {}
    for reason, (number, key) in attempts.items():
        answers[f"POST, {reason}"] = api.send(number, whole_day(day), key)
        answers[f"GET, {reason}"] = api.readings(number, key)
    seen = {(answer.status, answer.body, tuple(sorted(answer.headers))) for answer in answers.values()}
    assert len(seen) == 1, answers
    assert {answer.status for answer in answers.values()} == {403}
    assert answers["POST, wrong key"].json == {"message": "Forbidden"}
    assert api.stored(customer.number, customer.key) == api.stored(other.number, other.key) == []


def test_a_key_that_was_let_in_still_opens_no_other_number(api: ApiClient, customers: Customers, day: date) -> None:
    one, two = customers.create(), customers.create()
    assert api.send(one.number, whole_day(day), one.key).status == 200
    assert api.readings(two.number, one.key).status == 403
    assert api.send(two.number, whole_day(day), one.key).status == 403
    assert api.stored(two.number, two.key) == []


@pytest.mark.parametrize("prefix", ["DE", "AT-", "00", "Z" * 25])
def test_a_number_is_text(api: ApiClient, customers: Customers, day: date, prefix: str) -> None:
    customer = customers.create(number=prefix + customers.create().number)
    assert api.send(customer.number, whole_day(day), customer.key).json["stored"] == 96
    assert len(api.stored(customer.number, customer.key)) == 96


@pytest.mark.parametrize("spelling", [str.lower, lambda number: number[:2] + "." + number[2:]])
def test_a_number_written_otherwise_gets_the_reason_with_its_key_alone(
    api: ApiClient, customers: Customers, day: date, spelling: Callable[[str], str]
) -> None:
    customer, other = customers.create(number="DE" + customers.create().number), customers.create()
    refused = api.send(spelling(customer.number), whole_day(day), customer.key)
    assert refused.status == 422
    assert "capital letters" in refused.body.decode()
    assert api.send(spelling(customer.number), whole_day(day), other.key).status == 403
    assert api.stored(customer.number, customer.key) == []


@pytest.mark.parametrize(
    "number", ["1" * 19, "abc", "12a", "0{own}", "+{own}", "-1", "{own}.0", "0x1", "%D9%A1%D9%A2", "{own}%20", "%00"]
)
def test_a_malformed_metering_point_is_refused(api: ApiClient, customer: TestCustomer, day: date, number: str) -> None:
    path = readings_path(number.format(own=customer.number))
    headers = [JSON, ("x-api-key", customer.key)]
    for method, body in (("POST", b'{"readings": []}'), ("GET", b"")):
        answer = api.call_raw(method, path, headers, body)
        assert answer.status in (400, 403, 404, 422), answer
        assert answer.reason


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([("x-api-key", "{own}"), ("x-api-key", "{other}")], id="own and another's"),
        pytest.param([("x-api-key", "{own}"), ("X-Api-Key", "{own}")], id="the same twice"),
        pytest.param([("x-api-key", "{own},{own}")], id="joined by hand"),
        pytest.param([("x-api-key", "{other}"), ("x-api-key", "{own}")], id="another's and own"),
    ],
)
def test_two_keys_in_one_request_open_nothing(
    api: ApiClient, customer: TestCustomer, other: TestCustomer, day: date, headers: list[tuple[str, str]]
) -> None:
    sent = [(name, value.format(own=customer.key, other=other.key)) for name, value in headers]
    body = b'{"readings": []}'
    assert api.call_raw("POST", readings_path(customer.number), [JSON, *sent], body).status == 403
    assert api.call_raw("GET", readings_path(customer.number), sent).status == 403


@pytest.mark.parametrize("header", ["x-billing-metering-point", "X-Billing-Metering-Point", "X-BILLING-METERING-POINT"])
def test_a_spoofed_internal_header_changes_nothing(
    api: ApiClient, customers: Customers, day: date, header: str
) -> None:
    own, other = customers.create(), customers.create()
    spoofed = [(header, str(other.number)), (header, str(own.number))]
    body = b'{"readings": [{"interval_start": "%s", "consumption_kwh": 1}]}'
    body %= quarter_hours(day)[0].isoformat().encode()
    keyed = [JSON, ("x-api-key", own.key), *spoofed]
    assert api.call_raw("POST", readings_path(own.number), keyed, body).status == 200
    assert api.call_raw("POST", readings_path(other.number), keyed, body).status == 403
    assert api.call_raw("POST", readings_path(other.number), [JSON, *spoofed], body).status == 401
    assert api.call_raw("GET", "/health", spoofed).status == 200
    assert len(api.stored(own.number, own.key)) == 1
    assert api.stored(other.number, other.key) == []


@pytest.mark.parametrize(
    "path",
    [
        "/v1/metering-points/{own}/../{other}/readings",
        "/v1/metering-points/{own}/%2e%2e/{other}/readings",
        "/v1/metering-points/{own}%2F..%2F{other}/readings",
        "/v1/metering-points/{other}/readings/../../{own}/readings",
        "//v1/metering-points/{other}/readings",
        "/v1/metering-points//{other}/readings",
        "/v1/metering-points/{other}/readings/",
        "/v1/metering-points/{other}/readings;x={own}",
        "/v1/metering-points/{own}/readings/{other}",
        "/V1/metering-points/{own}/readings",
    ],
)
def test_no_spelling_of_a_path_leads_to_another_number(
    api: ApiClient, customers: Customers, day: date, path: str
) -> None:
    own, other = customers.create(), customers.create()
    assert api.send(other.number, whole_day(day), other.key).status == 200
    target = path.format(own=own.number, other=other.number)
    answer = api.call_raw("GET", target, [("x-api-key", own.key)])
    assert answer.status in (400, 403, 404, 422), answer
    posted = api.call_raw("POST", target, [JSON, ("x-api-key", own.key)], b'{"readings": []}')
    assert posted.status in (400, 403, 404, 422), posted


@pytest.mark.parametrize("spell", [lambda digit: f"%{ord(digit):02x}", lambda digit: f"%25{ord(digit):02x}"])
def test_an_escaped_number_is_the_number_that_it_decodes_to(
    api: ApiClient, customers: Customers, spell: Callable[[str], str]
) -> None:
    """Decoded once by the authorizer and once by the service: twice escaped, it is no number for either."""
    own, other = customers.create(), customers.create()
    twice = spell("1").startswith("%25")
    for number in (own.number, other.number):
        text = str(number)
        target = readings_path(f"{spell(text[0])}{text[1:-1]}{spell(text[-1])}")
        answer = api.call_raw("GET", target, [("x-api-key", own.key)])
        assert answer.status == (403 if twice or number == other.number else 200), answer
        if answer.status == 200:
            assert answer.json["readings"] == []


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_other_methods_are_not_there(api: ApiClient, customer: TestCustomer, method: str) -> None:
    answer = api.call(method, readings_path(customer.number), [("x-api-key", customer.key)])
    assert (answer.status, answer.json) == (404, {"message": "Not Found"})


def test_a_second_key_works_beside_the_first(api: ApiClient, customers: Customers, day: date) -> None:
    customer = customers.create()
    new_key = customers.add_key(customer)
    assert api.send(customer.number, [reading(quarter_hours(day)[0])], new_key).status == 200
    assert len(api.stored(customer.number, customer.key)) == 1
