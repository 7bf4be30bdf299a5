"""Where a day's objects are in the buckets."""

import re
from datetime import date

from lambdas.shared.alarms import ErrorType

PARQUET = "application/vnd.apache.parquet"
"""The media type of the day's parts (IANA)."""

_PART = re.compile(r"date=[0-9]{4}-[0-9]{2}-[0-9]{2}/part-[0-9]{5,}\.parquet")


def day_prefix(day: date) -> str:
    """The prefix of a day's parts in the exported and in the enriched bucket."""
    return f"date={day}/"


def part_key(day: date, number: int = 0) -> str:
    """The key of a day's part, e.g. `date=2026-03-29/part-00000.parquet`."""
    return f"{day_prefix(day)}part-{number:05}.parquet"


def is_part_key(key: str) -> bool:
    """Whether a key is one of a day's parts; a stray object beside them is not."""
    return _PART.fullmatch(key) is not None


def alarm_list_key(day: date, error_type: ErrorType) -> str:
    """The key, in the enriched bucket, of the list of a day's alarms of one type."""
    return f"alarms/date={day}/{error_type}.json"


def object_uri(bucket: str, key: str) -> str:
    """`s3://bucket/key`."""
    return f"s3://{bucket}/{key}"
