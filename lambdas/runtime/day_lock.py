"""The lock of a day says which run may write the day's objects.

The lock is an object with the name of the run. Each run writes it on the condition that no other run has written it.
"""

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from domain.object_keys import lock_key, object_uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOST_RACE = {"PreconditionFailed", "ConditionalRequestConflict"}
"""https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html"""


class RunSupersededError(Exception):
    """The day belongs to another run now. This run is a leftover and must write nothing more."""


class LockLostError(Exception):
    """Another run wrote the lock at the same time."""


@dataclass(frozen=True)
class Holder:
    """The run that a day belongs to. `etag` is the ETag of the lock's object."""

    run: str
    etag: str


class DayLock:
    """The locks of all days in a bucket."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def holder(self, day: date | str) -> Holder | None:
        """Returns the run that the day belongs to; None where no run has acquired it."""
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=lock_key(day))
        except self._s3.exceptions.NoSuchKey:
            return None
        return Holder(json.loads(answer["Body"].read())["run"], answer["ETag"])

    def acquire(self, day: date | str, run: str, former: Holder | None) -> None:
        """Makes `run` the holder after `former`. Raises `LockLostError` where the holder has changed meanwhile."""
        body = json.dumps({"run": run}).encode()
        key = lock_key(day)
        try:
            if former is None:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, IfNoneMatch="*")
            else:
                self._s3.put_object(Bucket=self._bucket, Key=key, Body=body, IfMatch=former.etag)
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in LOST_RACE:
                raise LockLostError(object_uri(self._bucket, key)) from error
            raise

    def require(self, day: date, run: str) -> None:
        """Returns where `run` holds the day. Raises `RunSupersededError`.

        Every function calls this before it writes. So a function that outlives its execution stops there.
        """
        holder = self.holder(day)
        if holder is None or holder.run != run:
            raise RunSupersededError(f"{day} belongs to {holder.run if holder else 'no run'}, not to {run}")
