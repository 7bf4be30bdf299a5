"""Decides whether a key opens a metering point, and records the day of the key's last use."""

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
    key_value,
    last_used_value,
)
from domain.metering_points import InvalidMeteringPointError, meant_metering_point
from lambdas.runtime.logs import log

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class LastUseUnreadableError(Exception):
    """The days of last use of a customer's keys cannot be read."""


_NAMES = {f"#a{number}": attribute for number, attribute in enumerate(CREDENTIAL_ATTRIBUTES)}


def opened_by(api_key: object, number: object, client: "DynamoDBClient", table: str) -> tuple[Credentials, str] | None:
    """Returns the active customer of the metering point `number`, with the hash of `api_key`.

    A number with small letters or separators opens the metering point that it means. The service then refuses the
    spelling with a reason, which a caller without the key never sees.

    Returns None for every refusal: an unknown or inactive customer, a wrong key, and a key or number without its form.
    An unknown customer costs the same look-up and the same comparisons as a wrong key. An item with an `active`,
    key hashes, interval lengths or a supply that cannot be read opens nothing, and is logged as an error. The other
    attributes are not read. Raises
    DynamoDB's own errors, because a fault of the table is not a refusal.
    """
    try:
        metering_point = meant_metering_point(number)
    except InvalidMeteringPointError:
        return None
    if not isinstance(api_key, str) or not is_api_key(api_key):
        return None
    customer = _credentials(client, table, metering_point)
    used = matching_hash(api_key, customer.api_key_hashes)
    return (customer, used) if used is not None and customer.active else None


def record_use(customer: Credentials, used: str, today: date, client: "DynamoDBClient", table: str) -> bool:
    """Records that the key with the hash `used` was used `today` (UTC). Returns whether it wrote.

    It writes at most once a day for each key. The write also deletes the days of keys that the customer no longer has.
    The condition is the state that the look-up saw. So of 2 writers at once one loses, and its key is recorded at the
    next look-up. A customer who was deleted meanwhile is not created again. Raises DynamoDB's other errors, and
    `LastUseUnreadableError` where the attribute holds values that are no days. A person must look at that item.
    """
    if customer.last_used_fault:
        raise LastUseUnreadableError(f"customer {customer.metering_point}: {customer.last_used_fault}")
    if customer.last_used.get(used) == today:
        return False
    known = {key_hash: day for key_hash, day in customer.last_used.items() if key_hash in customer.api_key_hashes}
    try:
        client.update_item(
            TableName=table,
            Key={KEY: key_value(customer.metering_point)},
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


def _credentials(client: "DynamoDBClient", table: str, metering_point: str) -> Credentials:
    # A consistent read costs half a unit more. Without it, a customer who was just created could be refused, and the
    # gateway would keep that answer for the whole time of its cache.
    answer = client.get_item(
        TableName=table,
        Key={KEY: key_value(metering_point)},
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
