"""Reads and writes the records of customers in the DynamoDB table `notifier`.

| attribute | DynamoDB's type | holds |
|---|---|---|
| `billing_metering_point_number` | `S` | the key |
| `alarms` | `M` | each alarm by its id: `sequence`, `open`, `mailed`, `error_type`, `date`, `days`, `changed_on` |
| `problem_mailed_on` | `S` | the local day of the last mail about problems |
| `awaits_completion` | `BOOL` | whether a mail about complete data is still to come |
| `all_cleared_at` | `S` | the instant since which no alarm is open |
| `revision` | `N` | the number of writes |
| `expires_at` | `N` | the second (Unix) after which DynamoDB deletes the item |

An item has no name and no address.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from domain.customers import KEY
from domain.days import format_instant, parse_instant
from lambdas.notifier.customer_record import REMEMBERED, CustomerRecord, KnownAlarm

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OPEN_KEPT = timedelta(days=400)
"""How long the item of a customer with an open alarm is kept after its last change."""


class RecordUnreadableError(Exception):
    """An item of the table does not have the form that this module writes. The text names the customer."""


class RecordsTable:
    """The table. Each write is conditional on the revision that was read."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def read(self, metering_point: str) -> CustomerRecord:
        """Returns a customer's record, or an empty one. Raises `RecordUnreadableError` and DynamoDB's own errors."""
        key: Any = {KEY: {"S": metering_point}}
        item = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")
        if item is None:
            return CustomerRecord()
        try:
            return _record_of(item)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RecordUnreadableError(f"customer {metering_point}: {error!r}") from error

    def write(self, metering_point: str, record: CustomerRecord, now: datetime) -> bool:
        """Writes a record that follows the one with its `revision`. Returns False if another call wrote meanwhile.

        Raises DynamoDB's other errors. A client that sends a lost write again finds its own revision, and gets False.
        """
        expected = {":seen": {"N": str(record.revision)}} if record.is_stored else {}
        given: Any = {"ExpressionAttributeValues": expected} if expected else {}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=_item_of(metering_point, record, now),
                ConditionExpression="#revision = :seen" if expected else "attribute_not_exists(#revision)",
                ExpressionAttributeNames={"#revision": "revision"},
                **given,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True


def _item_of(metering_point: str, record: CustomerRecord, now: datetime) -> dict[str, Any]:
    expires = now + (OPEN_KEPT if record.open_alarms else REMEMBERED)
    item: dict[str, Any] = {
        KEY: {"S": metering_point},
        "alarms": {"M": {alarm_id: {"M": _alarm_item(alarm)} for alarm_id, alarm in record.alarms.items()}},
        "awaits_completion": {"BOOL": record.awaits_completion},
        "revision": {"N": str(record.revision + 1)},
        "expires_at": {"N": str(int(expires.timestamp()))},
    }
    if record.problem_mailed_on:
        item["problem_mailed_on"] = {"S": record.problem_mailed_on.isoformat()}
    if record.all_cleared_at:
        item["all_cleared_at"] = {"S": format_instant(record.all_cleared_at)}
    return item


def _alarm_item(alarm: KnownAlarm) -> dict[str, Any]:
    return {
        "sequence": {"N": str(alarm.sequence)},
        "open": {"BOOL": alarm.is_open},
        "mailed": {"BOOL": alarm.is_mailed},
        "error_type": {"S": alarm.error_type},
        "date": {"S": alarm.day.isoformat()},
        "days": {"N": str(alarm.days)},
        "changed_on": {"S": alarm.changed_on.isoformat()},
    }


def _record_of(item: Any) -> CustomerRecord:
    mailed_on, cleared_at = item.get("problem_mailed_on"), item.get("all_cleared_at")
    return CustomerRecord(
        alarms={alarm_id: _alarm_of(value["M"]) for alarm_id, value in item["alarms"]["M"].items()},
        problem_mailed_on=date.fromisoformat(mailed_on["S"]) if mailed_on else None,
        awaits_completion=item["awaits_completion"]["BOOL"],
        all_cleared_at=parse_instant(cleared_at["S"]) if cleared_at else None,
        revision=int(item["revision"]["N"]),
    )


def _alarm_of(item: Any) -> KnownAlarm:
    return KnownAlarm(
        sequence=int(item["sequence"]["N"]),
        is_open=item["open"]["BOOL"],
        is_mailed=item["mailed"]["BOOL"],
        error_type=item["error_type"]["S"],
        day=date.fromisoformat(item["date"]["S"]),
        days=int(item["days"]["N"]),
        changed_on=date.fromisoformat(item["changed_on"]["S"]),
    )
