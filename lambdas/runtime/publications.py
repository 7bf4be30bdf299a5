"""Reads and adds the publications of the days. Their records are in the enriched bucket."""

from datetime import date
from typing import TYPE_CHECKING

from domain.object_keys import object_uri, publication_key, publications_prefix, read_publication_key
from domain.publications import Publication, read_publication, write_publication
from lambdas.runtime.day_lock import LOST_RACE
from lambdas.runtime.day_objects import ObjectMissingError, keys

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class PublicationTakenError(Exception):
    """Another run has added a publication with this number at the same time."""


class Publications:
    """The publications of all days in a bucket."""

    def __init__(self, s3: "S3Client", bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def days(self) -> dict[date, int]:
        """Returns each day with its newest number, in order."""
        found = map(read_publication_key, keys(self._s3, self._bucket, publications_prefix()))
        # The keys are in order, so the newest number of a day is its last.
        return dict(each for each in found if each)

    def numbers(self, day: date) -> list[int]:
        """Returns the numbers of a day's publications, in order."""
        found = map(read_publication_key, keys(self._s3, self._bucket, publications_prefix(day)))
        return [each[1] for each in found if each]

    def newest(self, day: date) -> Publication | None:
        """Returns the day's newest publication, or None. Raises `InvalidPublicationError`."""
        numbers = self.numbers(day)
        return self.read(day, numbers[-1]) if numbers else None

    def read(self, day: date, number: int) -> Publication:
        """Reads a publication. Raises `ObjectMissingError` and `InvalidPublicationError`."""
        key = publication_key(day, number)
        try:
            content = self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.NoSuchKey:
            raise ObjectMissingError(object_uri(self._bucket, key)) from None
        return read_publication(content)

    def add(self, publication: Publication) -> None:
        """Writes the record if no other run has taken its number. Raises `PublicationTakenError`.

        https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
        """
        key = publication_key(publication.date, publication.number)
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=write_publication(publication).encode(),
                ContentType="application/json",
                IfNoneMatch="*",
            )
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in LOST_RACE:
                raise PublicationTakenError(object_uri(self._bucket, key)) from error
            raise
