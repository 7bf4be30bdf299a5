"""Stand-ins for the table of alarms, the queue and the topic, with the answers of the services.

The items are in a file, so that the memory of the process is the publisher's. The table knows the requests that
`AlarmsTable` makes, and refuses all others.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

from botocore.exceptions import ClientError

from domain.alarm_items import OPEN_INDEX, OPEN_KEY, RANGE
from domain.customers import KEY

_TAKEN = "ConditionalCheckFailedException"


class _ConditionalCheckFailedException(ClientError):  # noqa: N818  boto3's own name
    pass


class _Exceptions:
    ConditionalCheckFailedException = _ConditionalCheckFailedException


class FileTable:
    """Keeps the items of a table in a file of SQLite. It is safe for several threads."""

    exceptions = _Exceptions

    def __init__(self, path: Path) -> None:
        self.requests: Counter[str] = Counter()
        self._turn = Lock()
        self._items = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -8192"):
            self._items.execute(f"PRAGMA {setting}")
        self._items.execute(
            "CREATE TABLE IF NOT EXISTS items (number TEXT, sort TEXT, is_open INTEGER, item TEXT,"
            " PRIMARY KEY (number, sort)) WITHOUT ROWID"
        )

    def close(self) -> None:
        self._items.close()

    def batch_get_item(self, **request: Any) -> dict[str, Any]:
        ((table, asked),) = request["RequestItems"].items()
        with self._turn:
            self.requests["BatchGetItem"] += 1
            found = [self._item(*_key(key)) for key in asked["Keys"]]
        return {"Responses": {table: [item for item in found if item is not None]}, "UnprocessedKeys": {}}

    def put_item(self, **request: Any) -> dict[str, Any]:
        item = request["Item"]
        with self._turn:
            self.requests["PutItem"] += 1
            self._require(_key(item), request)
            self._put(item)
        return {}

    def update_item(self, **request: Any) -> dict[str, Any]:
        if request["UpdateExpression"] != "SET unsent = :none":
            raise ValueError(request["UpdateExpression"])
        with self._turn:
            self.requests["UpdateItem"] += 1
            item = self._require(_key(request["Key"]), request)
            item["unsent"] = request["ExpressionAttributeValues"][":none"]
            self._put(item)
        return {}

    def get_paginator(self, operation: str) -> "FileTable":
        if operation != "scan":
            raise ValueError(operation)
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        """Counts the open alarms, in pages of 1,000."""
        if (request["IndexName"], request["Select"]) != (OPEN_INDEX, "COUNT"):
            raise ValueError(str(request))
        (count,) = self._items.execute("SELECT count(*) FROM items WHERE is_open").fetchone()
        for first in range(0, count, 1_000):
            self.requests["Scan"] += 1
            yield {"Count": min(1_000, count - first)}

    def _item(self, number: str, sort: str) -> dict[str, Any] | None:
        row = self._items.execute("SELECT item FROM items WHERE number = ? AND sort = ?", (number, sort)).fetchone()
        return json.loads(row[0]) if row else None

    def _put(self, item: dict[str, Any]) -> None:
        values = (*_key(item), OPEN_KEY in item, json.dumps(item))
        self._items.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?)", values)

    def _require(self, key: tuple[str, str], request: dict[str, Any]) -> dict[str, Any]:
        """Returns the present item. Raises the service's error where the condition does not hold."""
        item = self._item(*key) or {}
        (name,) = request["ExpressionAttributeNames"].values()
        values = {n: v for n, v in request.get("ExpressionAttributeValues", {}).items() if n != ":none"}
        wanted = next(iter(values.values()), None)
        if item.get(name) != wanted:
            error: Any = {"Error": {"Code": _TAKEN, "Message": "The conditional request failed"}}
            raise _ConditionalCheckFailedException(error, "PutItem")
        return item


class CountingQueue:
    """Takes every message, and keeps none."""

    def __init__(self) -> None:
        self.requests = self.messages = 0
        self._turn = Lock()

    def send_message_batch(self, **request: Any) -> dict[str, Any]:
        with self._turn:
            self.requests += 1
            self.messages += len(request["Entries"])
        return {"Successful": [{"Id": entry["Id"]} for entry in request["Entries"]]}


class Topic:
    """Keeps the mails."""

    def __init__(self) -> None:
        self.mails: list[str] = []

    def publish(self, **request: Any) -> dict[str, str]:
        self.mails.append(f"{request['Subject']}\n\n{request['Message']}")
        return {"MessageId": str(len(self.mails))}


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item[KEY]["S"], item[RANGE]["S"]
