"""Remembers to which publication of a day the alarms were kept, and when the administrator got the last mail.

A run that begins to keep the alarms notes the publication first. Until it has ended, some alarms may be kept to that
publication and others to the former one. So the next run compares with both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from domain.days import format_instant, parse_instant
from domain.object_keys import LAST_MAIL, kept_key, object_uri, run_name
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.json_objects import get_json, put_json

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class KeptRecordError(Exception):
    """An object does not have the form of the record. The text names it."""


@dataclass(frozen=True)
class Kept:
    """The alarms of a day were kept to `publication`; 0 is none. `tried` has attempts since, with the run's name."""

    publication: int = 0
    tried: tuple[tuple[int, str], ...] = ()

    def trying(self, publication: int, run: str) -> "Kept":
        """Returns the record with one more attempt."""
        attempt = (publication, run_name(run))
        return Kept(self.publication, tuple(dict.fromkeys((*self.tried, attempt))))

    def bases(self) -> list[int]:
        """Returns the numbers of the publications to which an alarm may be kept, without 0."""
        return sorted({self.publication, *(number for number, _ in self.tried)} - {0})

    def runs(self) -> frozenset[str]:
        """Returns the names of the runs whose changes no mail has counted yet."""
        return frozenset(run for _, run in self.tried)

    def is_kept_to(self, publication: int) -> bool:
        """Returns whether the alarms are those of a publication."""
        return self.publication == publication and not self.tried


def read_kept(s3: "S3Client", bucket: str, day: date) -> Kept:
    """Reads the record of a day. Raises `KeptRecordError`."""
    try:
        value = get_json(s3, bucket, kept_key(day))
        return Kept(
            int(value["publication"]), tuple((int(each["publication"]), str(each["run"])) for each in value["tried"])
        )
    except ObjectMissingError:
        return Kept()
    except (KeyError, TypeError, ValueError) as error:
        raise KeptRecordError(f"{object_uri(bucket, kept_key(day))}: {error!r}") from error


def write_kept(s3: "S3Client", bucket: str, day: date, kept: Kept) -> None:
    """Writes the record of a day."""
    tried = [{"publication": number, "run": run} for number, run in kept.tried]
    put_json(s3, bucket, kept_key(day), {"publication": kept.publication, "tried": tried})


def read_last_mail(s3: "S3Client", bucket: str) -> datetime | None:
    """Returns when the administrator got the last mail about alarms. A wrong record counts as none."""
    try:
        value: Any = get_json(s3, bucket, LAST_MAIL)
        return parse_instant(value["at"]) if isinstance(value, Mapping) else None
    except (ObjectMissingError, KeyError, ValueError):
        return None


def write_last_mail(s3: "S3Client", bucket: str, at: datetime, run: str) -> None:
    """Notes a mail, or the instant from which the week without mail counts."""
    put_json(s3, bucket, LAST_MAIL, {"at": format_instant(at), "run": run_name(run)})
