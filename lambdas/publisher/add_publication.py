"""Ends a run with the record of its publication, if a part has changed."""

import hashlib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import domain.findings
from domain.publications import Publication
from lambdas.publisher.run_results import RunResults
from lambdas.runtime.publications import Publications

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def add_publication(s3: "S3Client", bucket: str, results: RunResults, now: datetime) -> tuple[Publication, bool]:
    """Returns the day's newest publication, and whether it is this run's.

    A publication with the same versions of the same parts as the former one is not added. A function that is called
    again after it has added its publication finds it. Raises `PublicationTakenError`.
    """
    former = results.former
    if former is not None and former.run == results.run:
        return former, True
    publication = Publication(
        date=results.date,
        number=former.number + 1 if former else 1,
        run=results.run,
        code=code_version(),
        rules=rules_version(),
        as_known_at=results.task.as_known_at,
        published_at=now,
        least_shards=results.plan.least,
        boundaries=results.plan.boundaries,
        shards=tuple(results.shards),
    )
    if former is not None:
        if publication.is_same_as(former):
            return former, False
        publication = publication.compared_with(former)
    Publications(s3, bucket).add(publication)
    return publication, True


@cache
def code_version() -> str:
    """Returns a hash of the publisher's code: all modules that its package holds."""
    return _hash_of(Path(domain.__file__).parent, Path(__file__).parents[1])


@cache
def rules_version() -> str:
    """Returns a hash of the checks of a customer's day."""
    return _hash_of(Path(domain.findings.__file__).parent)


def _hash_of(*folders: Path) -> str:
    digest = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]
