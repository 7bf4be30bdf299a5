"""Reads and writes the record of the last run that a day has completed.

A run that found nothing new adds no publication. Its record says until when the day has been looked at.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from domain.days import format_instant, parse_instant
from domain.object_keys import completed_key
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.json_objects import get_json, put_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True)
class CompletedRun:
    """A run that has ended well, and the instant whose knowledge it published."""

    run: str
    as_known_at: datetime
    completed_at: datetime


def read_completed(s3: "S3Client", bucket: str, day: date) -> CompletedRun | None:
    """Returns the day's last completed run, or None. Also None for a record of an earlier version."""
    try:
        record = get_json(s3, bucket, completed_key(day))
        times = parse_instant(record["as_known_at"]), parse_instant(record["completed_at"])
        return CompletedRun(str(record["run"]), *times)
    except (ObjectMissingError, KeyError, ValueError):
        return None


def write_completed(s3: "S3Client", bucket: str, day: date, completed: CompletedRun, about: dict[str, Any]) -> None:
    """Writes the record, with what else the run says of itself."""
    times = {
        "completed_at": format_instant(completed.completed_at),
        "as_known_at": format_instant(completed.as_known_at),
    }
    put_json(s3, bucket, completed_key(day), {"run": completed.run, **times, **about})
