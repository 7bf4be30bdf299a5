"""The authorizer notes the day on which each key was last used."""

import json
import logging
from typing import Any

import pytest

from domain.api_keys import generate_api_key, hash_api_key
from lambdas.runtime import logs
from tests.events import load_event
from tests.unit.lambdas.authorizer.calls import ALLOWED, LAST_USED, NUMBER, answer, request_with
from tests.unit.lambdas.examples import API_KEY, a_customer, an_item
from tests.unit.lambdas.fakes import FakeDynamoDB, client_error


def days(used: dict[str, str]) -> dict[str, Any]:
    """Returns the days of last use by key, as DynamoDB has them."""
    return {"M": {hash_api_key(key): {"S": day} for key, day in used.items()}}


@pytest.mark.parametrize("days_of_use", [{"M": {"h": {"S": "yesterday"}}}, {"S": ""}, {"M": {"h": {"N": "1"}}}])
def test_unreadable_days_of_use_stop_nobody_and_are_left_as_they_are(
    days_of_use: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    dynamodb = FakeDynamoDB({**an_item(NUMBER), LAST_USED: days_of_use})
    logs.configure("INFO")
    assert answer(dynamodb, load_event("authorizer_request")) == ALLOWED
    logging.getLogger(logs.LOGGER).handlers.clear()
    assert f"customer {NUMBER}" in json.loads(capsys.readouterr().out.splitlines()[1])["exception"]
    assert dynamodb.items[0][LAST_USED] == days_of_use


def test_the_first_use_of_a_key_is_noted() -> None:
    dynamodb = FakeDynamoDB(an_item(NUMBER))
    assert answer(dynamodb, request_with()) == ALLOWED
    assert dynamodb.items[0][LAST_USED] == days({API_KEY: "2026-11-24"})


def test_a_day_has_one_write_for_each_key() -> None:
    keys = [generate_api_key(), generate_api_key()]
    dynamodb = FakeDynamoDB(a_customer(NUMBER).to_item([hash_api_key(key) for key in keys]))
    for _ in range(50):
        for key in keys:
            answer(dynamodb, request_with(key))
    assert sum("UpdateExpression" in request for request in dynamodb.requests) == 2
    assert dynamodb.items[0][LAST_USED] == days(dict.fromkeys(keys, "2026-11-24"))


def test_the_next_day_replaces_the_one_before_and_forgets_keys_that_are_gone() -> None:
    seen = days({API_KEY: "2026-11-23", "g" * 43: "2026-11-23"})
    dynamodb = FakeDynamoDB({**an_item(NUMBER), LAST_USED: seen})
    assert answer(dynamodb, request_with()) == ALLOWED
    assert dynamodb.items[0][LAST_USED] == days({API_KEY: "2026-11-24"})


@pytest.mark.parametrize("item", [an_item(NUMBER, active=False), an_item(NUMBER)], ids=["inactive", "a wrong key"])
def test_a_refusal_writes_nothing(item: dict[str, Any]) -> None:
    dynamodb = FakeDynamoDB(item)
    answer(dynamodb, request_with(API_KEY if not item["active"]["BOOL"] else "w" * 43))
    assert [request for request in dynamodb.requests if "UpdateExpression" in request] == []


def test_two_who_note_at_once_overwrite_nothing() -> None:
    dynamodb = FakeDynamoDB(an_item(NUMBER))
    theirs = days({"t" * 43: "2026-11-24"})
    dynamodb.before_update = lambda: dynamodb.items[0].update({LAST_USED: theirs})
    assert answer(dynamodb, request_with()) == ALLOWED
    assert dynamodb.items[0][LAST_USED] == theirs


def test_a_customer_deleted_meanwhile_is_not_brought_back() -> None:
    dynamodb = FakeDynamoDB(an_item(NUMBER))
    dynamodb.before_update = dynamodb.items.clear
    assert answer(dynamodb, request_with()) == ALLOWED
    assert dynamodb.items == []


def test_a_use_that_cannot_be_noted_is_told_and_refuses_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    dynamodb = FakeDynamoDB(an_item(NUMBER))
    dynamodb.update_fault = client_error("AccessDeniedException", "UpdateItem")
    assert answer(dynamodb, request_with()) == ALLOWED
    logging.getLogger(logs.LOGGER).handlers.clear()
    written = capsys.readouterr().out
    lines = [json.loads(line) for line in written.splitlines()]
    assert [(line["level"], line["message"]) for line in lines] == [("INFO", "authorized"), ("ERROR", "use not noted")]
    assert "AccessDeniedException" in lines[1]["exception"]
    assert API_KEY not in written
    assert hash_api_key(API_KEY) not in written


def test_a_use_is_noted_in_its_own_attribute_alone() -> None:
    """The role may name no other attribute in an update, and gets no values back (`terraform/modules/authorizer`)."""
    for item in (an_item(NUMBER), {**an_item(NUMBER), LAST_USED: days({"t" * 43: "2026-11-20"})}):
        dynamodb = FakeDynamoDB(item)
        answer(dynamodb, request_with())
        update = dynamodb.requests[1]
        assert set(update["ExpressionAttributeNames"].values()) <= {"billing_metering_point_number", LAST_USED}
        assert "ReturnValues" not in update
