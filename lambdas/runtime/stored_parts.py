"""Stores the parts of publications and verifies them. S3 keeps the SHA-256 of each version beside it.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
"""

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from domain.object_keys import PARQUET, object_uri
from domain.publications import Part
from lambdas.runtime.day_objects import ObjectMissingError, save

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class PartChangedError(Exception):
    """S3 does not hold a part as it was stored. The text names the part and the difference."""


@dataclass(frozen=True)
class Stored:
    """A version of an object, with its SHA-256 in hexadecimal digits where S3 knows it."""

    version_id: str
    sha256: str | None


def store_part(s3: "S3Client", bucket: str, key: str, path: Path) -> Stored:
    """Stores a file as a part, in one request. S3 verifies the hash of what arrives.

    A part whose bytes are there already is not written. So it keeps its version.
    """
    sha256 = hash_of(path)
    there = newest_version(s3, bucket, key)
    if there is not None and there.sha256 == sha256:
        return there
    with path.open("rb") as file:
        answer = s3.put_object(
            Bucket=bucket,
            Key=key,
            Body=file,
            ContentType=PARQUET,
            ChecksumSHA256=b64encode(bytes.fromhex(sha256)).decode(),
        )
    return Stored(answer["VersionId"], sha256)


def newest_version(s3: "S3Client", bucket: str, key: str) -> Stored | None:
    """Returns the newest version of an object, or None where there is none. It reads no content."""
    try:
        head = s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED")
    except s3.exceptions.ClientError as error:
        # A HEAD has no body, so its error has no other code.
        if error.response["Error"]["Code"] == "404":
            return None
        raise
    checksum = head.get("ChecksumSHA256")
    return Stored(head.get("VersionId", "null"), b64decode(checksum).hex() if checksum else None)


def newest_of(s3: "S3Client", bucket: str, part: Part) -> Part:
    """Returns the part under its object's newest version. Raises `PartChangedError` if that has other bytes.

    The newest version may be another one than the step named. S3 may complete the write of an attempt that died
    after the write of the attempt that followed. Both wrote the same bytes.
    """
    there, name = newest_version(s3, bucket, part.key), object_uri(bucket, part.key)
    if there is None:
        raise PartChangedError(f"{name} is not there")
    if there.sha256 != part.sha256:
        raise PartChangedError(
            f"{name} is version {there.version_id} with the SHA-256 {there.sha256}, "
            f"not version {part.version_id} with {part.sha256}"
        )
    return replace(part, version_id=there.version_id)


def fetch_part(s3: "S3Client", bucket: str, part: Part, path: Path) -> Path:
    """Downloads exactly the version that a record names. Raises `ObjectMissingError` and `PartChangedError`."""
    name = object_uri(bucket, part.key)
    try:
        body = s3.get_object(Bucket=bucket, Key=part.key, VersionId=part.version_id)["Body"]
    except s3.exceptions.ClientError as error:
        if error.response["Error"]["Code"] in ("NoSuchVersion", "NoSuchKey"):
            raise ObjectMissingError(f"{name}, version {part.version_id}") from None
        raise
    save(body, path)
    if (found := hash_of(path)) != part.sha256:
        raise PartChangedError(f"{name}, version {part.version_id}, has the SHA-256 {found}, not {part.sha256}")
    return path


def hash_of(path: Path) -> str:
    """Returns a file's SHA-256."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
