"""Which run a day belongs to: an object with the run's name, written on condition that nobody else has."""

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from domain.object_keys import lock_key, object_uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_LOST = {"PreconditionFailed", "ConditionalRequestConflict"}
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""


class RunSupersededError(Exception):
    """The day belongs to another run by now: this one is a leftover and must write nothing more."""


class LockLostError(Exception):
    """Another run wrote the lock at the same time."""


@dataclass(frozen=True)
class Holder:
    """The run that a day belongs to; `etag` is of the object that says so."""

    run: str
    etag: str


class RunLock:
    """The locks of days in a bucket."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def holder(self, day: date) -> Holder | None:
        """The day's last run; none where there was none."""
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=lock_key(day))
        except self._s3.exceptions.NoSuchKey:
            return None
        return Holder(json.loads(answer["Body"].read())["run"], answer["ETag"])

    def take(self, day: date, run: str, former: Holder | None) -> None:
        """Make `run` the holder in place of `former`. Raises `LockLostError` where it is not that any more."""
        body = json.dumps({"run": run}).encode()
        key = lock_key(day)
        try:
            if former is None:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, IfNoneMatch="*")
            else:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, IfMatch=former.etag)
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in _LOST:
                raise LockLostError(object_uri(self._bucket, key)) from error
            raise

    def require(self, day: date, run: str) -> None:
        """Return where `run` holds the day. Raises `RunSupersededError`.

        Asked before each write: a function that runs on after its execution has ended stops there.
        """
        holder = self.holder(day)
        if holder is None or holder.run != run:
            raise RunSupersededError(f"{day} belongs to {holder.run if holder else 'no run'}, not to {run}")
