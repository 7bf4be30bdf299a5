"""Calls the authorizer with an event of the gateway."""

from datetime import date
from typing import Any, cast

from lambdas.authorizer.environment import Environment
from lambdas.authorizer.handler import Dependencies, respond
from tests.events import load_event
from tests.unit.lambdas.examples import API_KEY
from tests.unit.lambdas.fakes import FakeDynamoDB

NUMBER = 385000000000000001
DENIED = {"isAuthorized": False}
ALLOWED = {
    "isAuthorized": True,
    "context": {"billing_metering_point_number": str(NUMBER), "interval_minutes": "15", "supply": "/"},
}


TODAY = date(2026, 11, 24)
LAST_USED = "api_keys_last_used"


def answer(dynamodb: FakeDynamoDB, event: dict[str, Any], today: date = TODAY) -> dict[str, Any]:
    client = cast("Any", dynamodb)
    return respond(event, Dependencies(Environment("customers"), client, client, lambda: today))


def request_with(key: str | None = API_KEY, number: str | None = str(NUMBER)) -> dict[str, Any]:
    event = load_event("authorizer_request")
    for place, name, value in (("headers", "x-api-key", key), ("pathParameters", "number", number)):
        del event[place][name]
        if value is not None:
            event[place][name] = value
    return event
