"""The authorizer, fed with an event as the gateway sends it."""

import json
import logging
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from lambdas.authorizer.environment import Environment
from lambdas.authorizer.handler import Dependencies, UnsupportedEventError, respond
from lambdas.shared.adapters import logs
from lambdas.shared.api_keys import generate_api_key, hash_api_key
from lambdas.shared.customers import InvalidCustomerError
from tests.events import load_event
from tests.unit.lambdas.examples import API_KEY, a_customer, an_item
from tests.unit.lambdas.fakes import FakeDynamoDB, client_error

NUMBER = 385000000000000001
DENIED = {"isAuthorized": False}
ALLOWED = {"isAuthorized": True, "context": {"billing_metering_point_number": str(NUMBER)}}


def answer(dynamodb: FakeDynamoDB, event: dict[str, Any]) -> dict[str, Any]:
    return respond(event, Dependencies(Environment("customers"), cast("Any", dynamodb)))


def request_with(key: str | None = API_KEY, number: str | None = str(NUMBER)) -> dict[str, Any]:
    event = load_event("authorizer_request")
    for place, name, value in (("headers", "x-api-key", key), ("pathParameters", "number", number)):
        del event[place][name]
        if value is not None:
            event[place][name] = value
    return event


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
    "nineteen digits": ([an_item(NUMBER)], API_KEY, "1" * 19),
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


def test_an_item_out_of_shape_is_not_a_refusal() -> None:
    with pytest.raises(InvalidCustomerError):
        answer(FakeDynamoDB({**an_item(NUMBER), "active": {"S": "yes"}}), load_event("authorizer_request"))


@pytest.mark.parametrize("changed", [{"version": "1.0"}, {"type": "TOKEN"}])
def test_an_event_of_another_kind_is_not_a_refusal(changed: dict[str, str]) -> None:
    with pytest.raises(UnsupportedEventError):
        answer(FakeDynamoDB(an_item(NUMBER)), {**load_event("authorizer_request"), **changed})


def test_the_look_up_is_of_what_decides_alone_and_sees_a_customer_just_created() -> None:
    dynamodb = FakeDynamoDB(an_item(NUMBER))
    answer(dynamodb, load_event("authorizer_request"))
    (request,) = dynamodb.requests
    names = set(request["ExpressionAttributeNames"].values())
    assert names == {"billing_metering_point_number", "active", "api_key_hashes"}
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
