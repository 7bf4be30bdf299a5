"""The authorizer admits a customer's own key and refuses every other call in the same way."""

import hmac
import json
import logging
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from domain.api_keys import MAX_KEYS, generate_api_key, hash_api_key
from domain.customer_meter import METER_ATTRIBUTES, Meter
from domain.intervals import IntervalLengths
from domain.supply import Supply
from lambdas.authorizer.handler import UnsupportedEventError
from lambdas.runtime import logs
from tests.events import load_event
from tests.unit.lambdas.authorizer.calls import ALLOWED, DENIED, LAST_USED, NUMBER, answer, request_with
from tests.unit.lambdas.examples import API_KEY, a_customer, an_item
from tests.unit.lambdas.fakes import FakeDynamoDB, client_error


def test_a_customer_reaches_their_own_metering_point() -> None:
    assert answer(FakeDynamoDB(an_item(NUMBER)), load_event("authorizer_request")) == ALLOWED


def test_either_of_two_keys_opens() -> None:
    keys = [generate_api_key(), generate_api_key()]
    item = a_customer(NUMBER).to_item([hash_api_key(key) for key in keys])
    assert [answer(FakeDynamoDB(item), request_with(key)) for key in keys] == [ALLOWED, ALLOWED]


REFUSED = {
    "an unknown customer": ([], API_KEY, str(NUMBER)),
    "an inactive customer": ([an_item(NUMBER, active=False)], API_KEY, str(NUMBER)),
    "a wrong key": ([an_item(NUMBER)], "w" * 43, str(NUMBER)),
    "another customer's number": ([a_customer(NUMBER).to_item([]), an_item(2)], API_KEY, str(NUMBER)),
    "a customer without keys": ([a_customer(NUMBER).to_item([])], API_KEY, str(NUMBER)),
    "the stored hash as the key": ([an_item(NUMBER)], hash_api_key(API_KEY), str(NUMBER)),
    "the key twice": ([an_item(NUMBER)], f"{API_KEY},{API_KEY}", str(NUMBER)),
    "an empty key": ([an_item(NUMBER)], "", str(NUMBER)),
    "a very long key": ([an_item(NUMBER)], "k" * 8_000, str(NUMBER)),
    "no key": ([an_item(NUMBER)], None, str(NUMBER)),
    "a number with a leading zero": ([an_item(NUMBER)], API_KEY, f"0{NUMBER}"),
    "letters": ([an_item(NUMBER)], API_KEY, "abc"),
    "small letters of another customer's number": (
        [an_item("DE1").copy() | {"api_key_hashes": {"L": []}}],
        API_KEY,
        "de1",
    ),
    "only separators": ([an_item(NUMBER)], API_KEY, "-./ "),
    "digits of another script": ([an_item("1")], API_KEY, "\uff11"),
    "36 digits": ([an_item(NUMBER)], API_KEY, "1" * 36),
    "an empty number": ([an_item(NUMBER)], API_KEY, ""),
    "no number": ([an_item(NUMBER)], API_KEY, None),
}


@pytest.mark.parametrize(("items", "key", "number"), REFUSED.values(), ids=REFUSED.keys())
def test_all_others_are_refused_alike(items: list[dict[str, Any]], key: str | None, number: str | None) -> None:
    assert answer(FakeDynamoDB(*items), request_with(key, number)) == DENIED


@pytest.mark.parametrize("name", ["headers", "pathParameters"])
def test_an_event_without_them_is_refused(name: str) -> None:
    event = load_event("authorizer_request")
    del event[name]
    assert answer(FakeDynamoDB(an_item(NUMBER)), event) == DENIED


def test_the_key_is_taken_from_its_header_alone() -> None:
    event = request_with(None)
    event["queryStringParameters"] = {"x-api-key": API_KEY}
    assert answer(FakeDynamoDB(an_item(NUMBER)), event) == DENIED


def test_a_fault_of_the_table_is_not_a_refusal() -> None:
    dynamodb = FakeDynamoDB(an_item(NUMBER))
    dynamodb.fault = client_error("ProvisionedThroughputExceededException")
    with pytest.raises(ClientError):
        answer(dynamodb, load_event("authorizer_request"))


@pytest.mark.parametrize("spelling", ["de-0001", "De-0001", " DE-0001", "DE-00.01", "DE-0001/"])
def test_a_number_written_otherwise_opens_what_it_means_so_that_the_service_can_say_why(spelling: str) -> None:
    decision = answer(FakeDynamoDB(an_item("DE-0001")), request_with(number=spelling))
    assert decision["isAuthorized"]
    assert decision["context"]["billing_metering_point_number"] == "DE-0001"


def test_the_context_says_what_the_meter_does() -> None:
    changed = datetime(2026, 10, 31, 23, tzinfo=UTC)
    meter = Meter(IntervalLengths(15, ((changed, 60),)), Supply(since=datetime(2026, 1, 5, 9, tzinfo=UTC)))
    decision = answer(FakeDynamoDB(an_item(NUMBER, meter=meter)), load_event("authorizer_request"))
    assert decision["context"] == {
        "billing_metering_point_number": str(NUMBER),
        "interval_minutes": "15@,60@2026-10-31T23:00:00Z",
        "supply": "2026-01-05T09:00:00Z/",
    }


BROKEN: list[dict[str, Any]] = [
    {"interval_minutes": {"N": "20"}},
    {"supplied_until": {"S": "soon"}},
    {"active": {"S": "true"}},
    {"active": {"NULL": True}},
    {"active": {"N": "1"}},
    {"active": None},
    {"api_key_hashes": None},
    {"api_key_hashes": {"SS": [hash_api_key(API_KEY)]}},
    {"api_key_hashes": {"L": [{"S": hash_api_key(API_KEY)}, {"NULL": True}]}},
    {"api_key_hashes": {"L": [{"S": hash_api_key(API_KEY)}] * 3}},
]


@pytest.mark.parametrize("changed", BROKEN)
def test_a_broken_item_opens_nothing_and_is_logged_by_its_number(
    changed: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    item = {name: value for name, value in (an_item(NUMBER) | changed).items() if value is not None}
    (attribute,) = changed
    logs.configure("INFO")
    assert answer(FakeDynamoDB(item), load_event("authorizer_request")) == DENIED
    logging.getLogger(logs.LOGGER).handlers.clear()
    written = capsys.readouterr().out
    line = json.loads(written.splitlines()[0])
    assert (line["level"], line["message"], line["customer"]) == (
        "ERROR",
        "customer out of shape",
        f"customer {NUMBER}",
    )
    assert attribute in line["faults"][0]
    assert hash_api_key(API_KEY) not in written


@pytest.mark.parametrize(
    "changed", [{"name": {"N": "1"}}, {"type": {"S": "Z"}}, {"email": {"S": "x" * 5_000}}, {"unknown": {"B": b"x"}}]
)
def test_attributes_that_it_does_not_need_stop_nobody(changed: dict[str, Any]) -> None:
    dynamodb = FakeDynamoDB({**an_item(NUMBER), **changed})
    assert answer(dynamodb, load_event("authorizer_request")) == ALLOWED


@pytest.mark.parametrize("changed", [{"version": "1.0"}, {"type": "TOKEN"}])
def test_an_event_of_another_kind_is_not_a_refusal(changed: dict[str, str]) -> None:
    with pytest.raises(UnsupportedEventError):
        answer(FakeDynamoDB(an_item(NUMBER)), {**load_event("authorizer_request"), **changed})


def test_the_look_up_is_of_what_decides_alone_and_sees_a_customer_just_created() -> None:
    dynamodb = FakeDynamoDB(an_item(NUMBER))
    answer(dynamodb, load_event("authorizer_request"))
    request = dynamodb.requests[0]
    names = set(request["ExpressionAttributeNames"].values())
    assert names == {"billing_metering_point_number", "active", "api_key_hashes", LAST_USED, *METER_ATTRIBUTES}
    assert request["ConsistentRead"] is True


@pytest.mark.parametrize("key", [API_KEY, "w" * 43, "not-a-key"])
def test_neither_the_key_nor_its_hash_is_logged(key: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("DEBUG")
    answer(FakeDynamoDB(an_item(NUMBER)), request_with(key))
    logging.getLogger(logs.LOGGER).handlers.clear()
    written = capsys.readouterr().out
    line = json.loads(written)
    assert (line["level"], line["request_id"]) == ("INFO", "JKJaXmPLvHcESHA=")
    assert key not in written
    assert hash_api_key(key) not in written


def test_a_wrong_key_and_an_unknown_customer_cost_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each refusal makes the same look-ups and as many comparisons of one length, so that all take equally long."""
    compared: list[tuple[int, int]] = []

    def compare(one: str, other: str) -> bool:
        compared.append((len(one), len(other)))
        return one == other

    monkeypatch.setattr(hmac, "compare_digest", compare)
    two_keys = a_customer(NUMBER).to_item([hash_api_key("a" * 43), hash_api_key("b" * 43)])
    tables = {
        "unknown": [],
        "one key": [an_item(NUMBER)],
        "two keys": [two_keys],
        "inactive": [an_item(NUMBER, active=False)],
        "no keys": [a_customer(NUMBER).to_item([])],
    }
    work = {}
    for name, items in tables.items():
        compared.clear()
        dynamodb = FakeDynamoDB(*items)
        assert answer(dynamodb, request_with("w" * 43)) == DENIED
        work[name] = (dynamodb.requests, list(compared))
    assert all(each == work["unknown"] for each in work.values()), work
    assert work["unknown"][1] == [(64, 64)] * MAX_KEYS
