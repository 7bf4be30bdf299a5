"""Counts the open alarms of all days by check and state, out of the index that has no other alarms."""

from collections import Counter
from typing import TYPE_CHECKING

from domain.alarm_items import OPEN_INDEX, key_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def count_open(dynamodb: "DynamoDBClient", table: str) -> dict[str, dict[str, int]]:
    """Returns `{"MCD": {"open": 3, "acknowledged": 1}}`. Memory holds one page of the index."""
    counts: dict[str, Counter[str]] = {}
    for page in dynamodb.get_paginator("scan").paginate(TableName=table, IndexName=OPEN_INDEX):
        for item in page["Items"]:
            code = key_of(item)[1].partition("#")[0]
            counts.setdefault(code, Counter())[item["state"]["S"]] += 1
    return {code: dict(sorted(counted.items())) for code, counted in sorted(counts.items())}
