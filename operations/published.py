"""Lists a day's publications, verifies one of them, and fetches it byte for byte.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.published --outputs outputs.json --date 2026-11-01
    python -m operations.published --outputs outputs.json --date 2026-11-01 --number 2 --to folder

Without a number it lists the publications and verifies the newest. It reads each part by its S3 version, and compares
the SHA-256 of its bytes with the record. With `--to` it keeps the verified parts. These commands reach AWS with the
credentials of the shell. They need `s3:ListBucket`, `s3:GetObject` and `s3:GetObjectVersion` on both buckets, and
`kms:Decrypt` on their key. `make published` does the same on a local stack.
"""

import argparse
import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError

from domain.days import format_instant
from domain.object_keys import object_uri, publication_key, publications_prefix, read_publication_key
from domain.pipeline_dates import InvalidDate, parse_date
from domain.publications import EXPORTED, InvalidPublicationError, Part, Publication, read_publication
from operations.outputs import OutputsError, read

OUTPUTS = ("exported_bucket", "enriched_bucket")
CHUNK = 1 << 20


class PublishedError(Exception):
    """There is no such publication. The message says what there is."""


@dataclass(frozen=True)
class Archive:
    """The publications in the buckets of a system."""

    s3: Any
    exported_bucket: str
    enriched_bucket: str

    def numbers(self, day: date) -> list[int]:
        """Returns the numbers of the day's publications, in order."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.enriched_bucket, Prefix=publications_prefix(day)
        )
        found = (read_publication_key(entry["Key"]) for page in pages for entry in page.get("Contents", []))
        return sorted(each[1] for each in found if each)

    def publication(self, day: date, number: int) -> Publication:
        """Reads a record. Raises `InvalidPublicationError`, and S3's own errors."""
        answer = self.s3.get_object(Bucket=self.enriched_bucket, Key=publication_key(day, number))
        return read_publication(answer["Body"].read())

    def parts(self, publication: Publication) -> Iterator[tuple[str, Part]]:
        """Yields each part with its bucket, shard by shard."""
        for shard in publication.shards:
            for kind, part in shard.parts().items():
                yield (self.exported_bucket if kind == EXPORTED else self.enriched_bucket), part

    def fault_of(self, bucket: str, part: Part, path: Path | None = None) -> str:
        """Reads the version that the record names. Returns what is wrong with it, or an empty text.

        With `path` it keeps the bytes there, if they are right.
        """
        try:
            body = self.s3.get_object(Bucket=bucket, Key=part.key, VersionId=part.version_id)["Body"]
        except ClientError as error:
            return f"S3 answers {error.response['Error']['Code']}"
        digest, unverified = hashlib.sha256(), path and path.with_name(f"{path.name}.unverified")
        file = unverified.open("wb") if unverified else None
        for chunk in body.iter_chunks(CHUNK):
            digest.update(chunk)
            if file:
                file.write(chunk)
        if file:
            file.close()
        if digest.hexdigest() != part.sha256:
            if unverified:
                unverified.unlink()
            return f"the bytes have the SHA-256 {digest.hexdigest()}, and the record says {part.sha256}"
        if path and unverified:
            unverified.replace(path)
        return ""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.published", description=__doc__)
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    parser.add_argument("--date", required=True, metavar="YYYY-MM-DD")
    parser.add_argument("--number", type=int, default=0, help="the publication. Default: the newest")
    parser.add_argument("--to", type=Path, help="a folder for the parts")
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, OUTPUTS)
        archive = Archive(boto3.client("s3"), outputs["exported_bucket"], outputs["enriched_bucket"])
        return show_published(archive, parse_date(options.date), options.number, options.to, print)
    except (OutputsError, InvalidDate, PublishedError, InvalidPublicationError) as error:
        print(error, file=sys.stderr)
        return 1


def show_published(archive: Archive, day: date, number: int, to: Path | None, tell: Callable[[str], None]) -> int:
    """Tells the day's publications, or the one with the number, and verifies it. Returns 1 if a part is wrong.

    Raises `PublishedError`, `InvalidPublicationError`, and S3's own errors.
    """
    numbers = archive.numbers(day)
    if not numbers:
        raise PublishedError(f"{day} has no publication")
    if number and number not in numbers:
        raise PublishedError(f"{day} has no publication {number}: it has {', '.join(map(str, numbers))}")
    chosen = archive.publication(day, number or numbers[-1])
    for each in [number] if number else numbers:
        for line in described(chosen if each == chosen.number else archive.publication(day, each)):
            tell(line)
    return _verify(archive, chosen, to, tell)


def described(publication: Publication) -> Iterator[str]:
    """Yields the lines that describe a publication."""
    known_at = format_instant(publication.as_known_at)
    yield (
        f"publication {publication.number} of {publication.date}, as known at {known_at}:"
        f" {_count(publication.metering_points, 'metering point')}, {_count(publication.rows, 'reading')},"
        f" {publication.kwh} kWh"
    )
    change = publication.change
    if change and change.intervals is not None:
        yield (
            f"  against {change.against}: {change.parts} of {len(publication.shards)} shards,"
            f" {_count(change.metering_points or 0, 'metering point')}, {_count(change.intervals, 'interval')},"
            f" {change.kwh_before} -> {change.kwh_after} kWh"
        )
    elif change:
        yield f"  against {change.against}: other shards, {change.kwh_before} -> {change.kwh_after} kWh"
    yield f"  run {publication.run}, code {publication.code}, rules {publication.rules}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _verify(archive: Archive, publication: Publication, to: Path | None, tell: Callable[[str], None]) -> int:
    wrong = count = 0
    for bucket, part in archive.parts(publication):
        path = None
        if to is not None:
            path = to / bucket / part.key
            path.parent.mkdir(parents=True, exist_ok=True)
        count += 1
        if fault := archive.fault_of(bucket, part, path):
            wrong += 1
            tell(f"  WRONG {object_uri(bucket, part.key)}, version {part.version_id}: {fault}")
    kept = f", in {to}" if to is not None else ""
    tell(f"publication {publication.number}: {count - wrong} of {count} parts verified by version and SHA-256{kept}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
