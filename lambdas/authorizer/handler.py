"""The handler of the HTTP API's REQUEST authorizer uses payload format 2.0 and simple responses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from domain.customers import Credentials
from domain.environment import read_environment
from domain.identity_headers import Identity
from lambdas.authorizer.environment import Environment
from lambdas.authorizer.logic import LastUseUnreadableError, opened_by, record_use
from lambdas.runtime import logs
from lambdas.runtime.clients import now, retrying

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NUMBER = "number"
"""The path parameter of the routes, `/v1/metering-points/{number}/...`."""


class UnsupportedEventError(Exception):
    """The event is not the one of payload format 2.0, so the authorizer is configured wrongly."""


@dataclass(frozen=True)
class Dependencies:
    """The handler gets these from outside, so that tests can replace them."""

    environment: Environment
    dynamodb: "DynamoDBClient"
    dynamodb_once: "DynamoDBClient"
    """A client without a second attempt, for work that no caller should wait for."""
    today: Callable[[], date]
    """Returns the current day in UTC."""


@cache
def dependencies() -> Dependencies:
    """Makes the dependencies once in each execution environment, and keeps them."""
    environment = read_environment(Environment, os.environ)
    logs.configure(environment.log_level)
    # A caller waits, and the gateway gives an authorizer at most 10 s.
    patient = retrying(3, connect_seconds=1, read_seconds=2)
    once = retrying(1, connect_seconds=1, read_seconds=1)
    return Dependencies(
        environment,
        boto3.client("dynamodb", config=patient),
        boto3.client("dynamodb", config=once),
        lambda: now().date(),
    )


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """Lambda calls this function."""
    return respond(event, dependencies())


def respond(event: Mapping[str, Any], needs: Dependencies) -> dict[str, Any]:
    """Returns the simple response. Its context says which customer it is, and what the customer's meter does.

    Neither the key nor its hash is logged or answered.
    """
    if event.get("version") != "2.0" or event.get("type") != "REQUEST":
        raise UnsupportedEventError(f"version {event.get('version')!r}, type {event.get('type')!r}")
    number = (event.get("pathParameters") or {}).get(NUMBER)
    api_key = (event.get("headers") or {}).get("x-api-key")
    opened = opened_by(api_key, number, needs.dynamodb, needs.environment.customers_table)
    request_id = event.get("requestContext", {}).get("requestId")
    logs.log("authorized" if opened else "refused", request_id=request_id)
    if not opened:
        return {"isAuthorized": False}
    _note_use(*opened, needs, request_id)
    customer, _ = opened
    identity = Identity(customer.metering_point, customer.meter.lengths, customer.meter.supply)
    return {"isAuthorized": True, "context": identity.as_context()}


def _note_use(customer: Credentials, used: str, needs: Dependencies, request_id: str | None) -> None:
    """Records the use. A failure is logged, and the customer with the right key is let in all the same."""
    try:
        record_use(customer, used, needs.today(), needs.dynamodb_once, needs.environment.customers_table)
    except (BotoCoreError, ClientError, LastUseUnreadableError):
        logging.getLogger(logs.LOGGER).exception("use not noted", extra={"fields": {"request_id": request_id}})


# Lambda gives a whole CPU to the initialization, and with 256 MiB of memory a seventh of one to an event. To make the
# clients here saves a cold start some 0.6 s, for which a customer waits. Lambda alone sets this variable.
# https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
if "AWS_LAMBDA_INITIALIZATION_TYPE" in os.environ:
    dependencies()
