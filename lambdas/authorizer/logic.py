"""Whether a key opens a metering point, and the record of the day on which it last did."""

import logging
from datetime import date
from typing import TYPE_CHECKING, Any

from domain.api_keys import is_api_key, matching_hash
from domain.customers import (
    CREDENTIAL_ATTRIBUTES,
    KEY,
    LAST_USED,
    Credentials,
    InvalidCustomerError,
    last_used_value,
)
from domain.metering_points import InvalidMeteringPointError, format_metering_point, parse_metering_point
from lambdas.runtime.logs import log

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class LastUseUnreadableError(Exception):
    """The days on which a customer's keys were last used cannot be read."""


_NAMES = {f"#a{number}": attribute for number, attribute in enumerate(CREDENTIAL_ATTRIBUTES)}


def opened_by(api_key: object, number: object, client: "DynamoDBClient", table: str) -> tuple[Credentials, str] | None:
    """The active customer whose metering point `number` is, and the hash of `api_key`, which is one of its keys'.

    None is a refusal, all alike: an unknown or inactive customer, a wrong key, a key or number out of form. An
    unknown customer costs the same look-up and the same comparisons as a wrong key. An item whose `active` or key
    hashes are out of shape opens nothing, and is logged as an error; its other attributes decide nothing here and
    are not read. Raises what DynamoDB raises: a fault of the table is not a refusal.
    """
    try:
        metering_point = parse_metering_point(number)
    except InvalidMeteringPointError:
        return None
    if not isinstance(api_key, str) or not is_api_key(api_key):
        return None
    customer = _credentials(client, table, metering_point)
    used = matching_hash(api_key, customer.api_key_hashes)
    return (customer, used) if used is not None and customer.active else None


def record_use(customer: Credentials, used: str, today: date, client: "DynamoDBClient", table: str) -> bool:
    """Note that the key with the hash `used` was used `today` (UTC); returns whether that was written.

    Written at most once a day for each key: the authorizer is asked only where the gateway's cache has no answer,
    and of its answers only a day's first one writes. The days of keys that the customer no longer has go with it.
    The condition is what the look-up saw: of two writers at once one loses, and its key is noted with its next
    look-up; a customer deleted meanwhile is not brought back. Raises what else DynamoDB raises, and
    `LastUseUnreadableError` where the attribute holds something else than days: it is left for a person to look at.
    """
    if customer.last_used_fault:
        raise LastUseUnreadableError(f"customer {customer.metering_point}: {customer.last_used_fault}")
    if customer.last_used.get(used) == today:
        return False
    known = {key_hash: day for key_hash, day in customer.last_used.items() if key_hash in customer.api_key_hashes}
    try:
        client.update_item(
            TableName=table,
            Key={KEY: {"N": format_metering_point(customer.metering_point)}},
            UpdateExpression="SET #last_used = :days",
            **_as_seen(customer, {":days": last_used_value(known | {used: today})}),
        )
    except client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def _as_seen(customer: Credentials, values: dict[str, Any]) -> dict[str, Any]:
    names = {"#last_used": LAST_USED}
    if customer.last_used:
        condition, values = "#last_used = :seen", values | {":seen": last_used_value(customer.last_used)}
    else:
        condition, names = "attribute_exists(#key) AND attribute_not_exists(#last_used)", names | {"#key": KEY}
    return {
        "ConditionExpression": condition,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def _credentials(client: "DynamoDBClient", table: str, metering_point: int) -> Credentials:
    # Consistent, at the double price of half a unit: the gateway caches the answer, so a customer just
    # created who is not seen yet would stay refused for the whole of the cache's time.
    answer = client.get_item(
        TableName=table,
        Key={KEY: {"N": format_metering_point(metering_point)}},
        ConsistentRead=True,
        ProjectionExpression=", ".join(_NAMES),
        ExpressionAttributeNames=_NAMES,
    )
    if "Item" not in answer:
        return Credentials.of_nobody(metering_point)
    try:
        return Credentials.from_item(answer["Item"])
    except InvalidCustomerError as error:
        log("customer out of shape", logging.ERROR, customer=error.customer, faults=error.faults)
        return Credentials.of_nobody(metering_point)
