"""The HTTP API's REQUEST authorizer: payload format 2.0, simple responses.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from lambdas.authorizer.environment import Environment
from lambdas.authorizer.logic import is_authorized
from lambdas.shared.adapters import logs
from lambdas.shared.adapters.environment import read_environment

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NUMBER = "number"
"""The path parameter of the routes, `/v1/metering-points/{number}/...`."""


class UnsupportedEventError(Exception):
    """An event that no HTTP API sends to a payload 2.0 authorizer: the authorizer is configured otherwise."""


@dataclass(frozen=True)
class Dependencies:
    """What the handler needs from outside."""

    environment: Environment
    dynamodb: "DynamoDBClient"


@cache
def dependencies() -> Dependencies:
    """Made once for each environment of the function, at its first event."""
    environment = read_environment(Environment, os.environ)
    logs.configure(environment.log_level)
    # A caller waits, and the gateway gives an authorizer ten seconds at most.
    config = Config(retries={"mode": "standard", "total_max_attempts": 3}, connect_timeout=1, read_timeout=2)
    return Dependencies(environment, boto3.client("dynamodb", config=config))


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Any]:
    """The entry point that Lambda calls."""
    return respond(event, dependencies())


def respond(event: Mapping[str, Any], needs: Dependencies) -> dict[str, Any]:
    """The simple response. Neither the key nor its hash is logged or answered."""
    if event.get("version") != "2.0" or event.get("type") != "REQUEST":
        raise UnsupportedEventError(f"version {event.get('version')!r}, type {event.get('type')!r}")
    number = (event.get("pathParameters") or {}).get(NUMBER)
    api_key = (event.get("headers") or {}).get("x-api-key")
    allowed = is_authorized(api_key, number, needs.dynamodb, needs.environment.customers_table)
    logs.log("authorized" if allowed else "refused", request_id=event.get("requestContext", {}).get("requestId"))
    if not allowed:
        return {"isAuthorized": False}
    return {"isAuthorized": True, "context": {"billing_metering_point_number": number}}
