"""Whether a key opens a metering point."""

from typing import TYPE_CHECKING

from lambdas.shared.api_keys import is_api_key, matches
from lambdas.shared.customers import CREDENTIAL_ATTRIBUTES, KEY, Credentials
from lambdas.shared.metering_points import InvalidMeteringPointError, format_metering_point, parse_metering_point

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NAMES = {f"#a{number}": attribute for number, attribute in enumerate(CREDENTIAL_ATTRIBUTES)}


def is_authorized(api_key: object, number: object, client: "DynamoDBClient", table: str) -> bool:
    """Whether `api_key` is one of the active customer's whose metering point `number` is.

    Anything else is refused, all alike: an unknown or inactive customer, a wrong key, a key or number out
    of form. Raises what DynamoDB raises, and `InvalidCustomerError` for an item out of shape: a fault is
    not a refusal.
    """
    try:
        metering_point = parse_metering_point(number)
    except InvalidMeteringPointError:
        return False
    if not isinstance(api_key, str) or not is_api_key(api_key):
        return False
    customer = _credentials(client, table, metering_point)
    key_matches = matches(api_key, customer.api_key_hashes if customer else ())
    return key_matches and customer is not None and customer.active


def _credentials(client: "DynamoDBClient", table: str, metering_point: int) -> Credentials | None:
    # Consistent, at the double price of half a unit: the gateway caches the answer, so a customer just
    # created who is not seen yet would stay refused for the whole of the cache's time.
    answer = client.get_item(
        TableName=table,
        Key={KEY: {"N": format_metering_point(metering_point)}},
        ConsistentRead=True,
        ProjectionExpression=", ".join(_NAMES),
        ExpressionAttributeNames=_NAMES,
    )
    return Credentials.from_item(answer["Item"]) if "Item" in answer else None
