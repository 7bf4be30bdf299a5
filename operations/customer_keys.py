"""Gives out, rotates and revokes a customer's API keys in the table `customers`.

Every change is conditional on the keys that were read before it. Of 2 changes at the same time, one fails, changes
nothing, and reports it. So no key is lost silently.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from domain.api_keys import generate_api_key, hash_api_key, rotated, without_older
from domain.customers import CREDENTIAL_ATTRIBUTES, HASHES, KEY, Credentials, hashes_value, key_value

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NAMES = {f"#a{number}": attribute for number, attribute in enumerate(CREDENTIAL_ATTRIBUTES)}


class KeysError(Exception):
    """The keys stay as they are. The message has the reason."""


@dataclass(frozen=True)
class NewKey:
    """A key that was just given out. No other place has it."""

    key: str = field(repr=False)
    before: int
    """The number of keys before."""
    ended: int
    """The number of those keys that are no longer valid."""


class CustomerKeys:
    """The keys of the customers in a table."""

    def __init__(self, dynamodb: "DynamoDBClient", table: str) -> None:
        self._dynamodb = dynamodb
        self._table = table

    def rotate(self, metering_point: str) -> NewKey:
        """Gives out a new key. The newest key so far stays valid, and an older key ends. Raises `KeysError`."""
        before = self._credentials(metering_point).api_key_hashes
        key = generate_api_key()
        after = rotated(before, hash_api_key(key))
        self._replace(metering_point, before, after)
        return NewKey(key, len(before), len(before) + 1 - len(after))

    def revoke(self, metering_point: str) -> None:
        """Ends the older of 2 keys at the end of a rotation. Raises `KeysError`, also where there is only one key."""
        before = self._credentials(metering_point).api_key_hashes
        after = without_older(before)
        if after == before:
            raise KeysError(
                f"{metering_point} has {_keys(len(before))}: rotate gives out a second one first, "
                "and revoke-all takes away the last one too"
            )
        self._replace(metering_point, before, after)

    def revoke_all(self, metering_point: str) -> int:
        """Ends every key. Returns their number. Raises `KeysError`."""
        before = self._credentials(metering_point).api_key_hashes
        self._replace(metering_point, before, ())
        return len(before)

    def last_used(self, metering_point: str) -> list[date | None]:
        """Returns the day (UTC) of each key's last use, the oldest key first. None: it was never used.

        Raises `KeysError` where the days cannot be read.
        """
        found = self._credentials(metering_point)
        if found.last_used_fault:
            raise KeysError(f"customer {metering_point}: {found.last_used_fault}")
        return [found.last_used.get(key_hash) for key_hash in found.api_key_hashes]

    def _credentials(self, metering_point: str) -> Credentials:
        answer = self._dynamodb.get_item(
            TableName=self._table,
            Key={KEY: key_value(metering_point)},
            ConsistentRead=True,
            ProjectionExpression=", ".join(_NAMES),
            ExpressionAttributeNames=_NAMES,
        )
        if "Item" not in answer:
            raise KeysError(f"there is no customer {metering_point} in the table {self._table}")
        return Credentials.from_item(answer["Item"])

    def _replace(self, metering_point: str, before: Sequence[str], after: Sequence[str]) -> None:
        try:
            self._dynamodb.update_item(
                TableName=self._table,
                Key={KEY: key_value(metering_point)},
                UpdateExpression="SET #hashes = :after",
                ConditionExpression="#hashes = :before",
                ExpressionAttributeNames={"#hashes": HASHES},
                ExpressionAttributeValues={":before": hashes_value(before), ":after": hashes_value(after)},
            )
        except self._dynamodb.exceptions.ConditionalCheckFailedException:
            raise KeysError(
                f"somebody else changed the keys of {metering_point} at the same moment; these stay as they left them"
            ) from None


def _keys(count: int) -> str:
    return {0: "no key", 1: "only one key"}[count]
