"""Reads and writes the objects of a restore in S3, without a file on the disk: the task's root is read-only."""

import gzip
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import IO, Any, cast

BUFFER_BYTES = 1 << 20


@dataclass(frozen=True)
class Folder:
    """The objects below a prefix of a bucket."""

    s3: Any
    bucket: str
    prefix: str

    @classmethod
    def of(cls, s3: Any, uri: str) -> "Folder":
        """Reads `s3://bucket/prefix/`. Raises `ValueError`."""
        scheme, _, rest = uri.partition("://")
        bucket, slash, prefix = rest.partition("/")
        if scheme != "s3" or not bucket or not slash or not prefix.endswith("/"):
            raise ValueError(f"{uri!r} is not s3://bucket/prefix/")
        return cls(s3, bucket, prefix)

    def read_json(self, name: str) -> Any:
        """Returns the content of a JSON object."""
        return json.loads(self.s3.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"].read())

    def write_json(self, name: str, content: object) -> None:
        """Writes a JSON object."""
        body = json.dumps(content, indent=1).encode()
        self.s3.put_object(Bucket=self.bucket, Key=self.prefix + name, Body=body, ContentType="application/json")

    def lines(self, name: str) -> IO[bytes]:
        """Returns the unpacked content of a gzip object, which is read as it arrives."""
        packed = self.s3.get_object(Bucket=self.bucket, Key=self.prefix + name)["Body"]
        return cast("IO[bytes]", gzip.GzipFile(fileobj=packed))

    def write_stream(self, name: str, write: Callable[[IO[bytes]], None]) -> None:
        """Writes what `write` writes, packed by gzip, as it comes. Raises the errors of `write` and of S3.

        The object is there as a whole or not at all.
        https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
        """
        reading, writing = os.pipe()
        with ThreadPoolExecutor(1) as pool, os.fdopen(reading, "rb", BUFFER_BYTES) as source:
            written = pool.submit(_pack, writing, write)
            self.s3.upload_fileobj(_Whole(source, written.result), self.bucket, self.prefix + name)
            written.result()


def _pack(writing: int, write: Callable[[IO[bytes]], None]) -> None:
    with (
        os.fdopen(writing, "wb", BUFFER_BYTES) as pipe,
        gzip.GzipFile(fileobj=pipe, mode="wb", compresslevel=1) as file,
    ):
        write(cast("IO[bytes]", file))


@dataclass
class _Whole:
    """A stream that raises the error of its writer at its end. So an upload of a broken stream fails."""

    stream: IO[bytes]
    outcome: Callable[[], None]

    def read(self, size: int = -1) -> bytes:
        content = self.stream.read(size)
        if not content:
            self.outcome()
        return content
