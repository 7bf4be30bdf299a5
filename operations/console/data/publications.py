"""The publications of the days. A record never changes, so each is read once."""

from bisect import bisect_right
from datetime import date
from functools import lru_cache
from typing import Any

from domain.publications import Publication, PublishedShard
from lambdas.runtime.publications import Publications
from operations.console.data.kept import Kept
from operations.console.errors import NotFoundError

LISTED_SECONDS = 2.0
_RECORDS = 120
"""A record of 2 shards takes 10 kB, one of 1,429 shards takes 8 MB."""


class PublishedList:
    """The publications in the enriched bucket."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._publications = Publications(s3, bucket)
        self._days = Kept[dict[date, int]](LISTED_SECONDS)
        self.read = lru_cache(_RECORDS)(self._publications.read)
        """Reads the publication of a day with a number. Raises `ObjectMissingError`."""

    def days(self) -> dict[date, int]:
        """Returns the days with the numbers of their newest publications, the latest day first."""
        return self._days.get("days", self._read_days)

    def numbers(self, day: date) -> list[int]:
        """Returns the numbers of a day's publications, in order."""
        return self._publications.numbers(day)

    def newest(self, day: date) -> Publication:
        """Returns the newest publication of a day. Raises `NotFoundError`."""
        number = self.days().get(day)
        if number is None:
            raise NotFoundError("no_publication", day=day.isoformat())
        return self.read(day, number)

    def _read_days(self) -> dict[date, int]:
        return dict(sorted(self._publications.days().items(), reverse=True))


def shard_of(publication: Publication, number: str) -> PublishedShard:
    """Returns the shard that has a metering point."""
    return publication.shards[bisect_right(publication.boundaries, number)]
