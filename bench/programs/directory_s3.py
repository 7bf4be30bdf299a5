"""Replaces S3 by a directory, so that a measure shows the step and not the store."""

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import botocore.exceptions


class _NoSuchKeyError(Exception):
    pass


_ClientError = botocore.exceptions.ClientError


class _Exceptions:
    NoSuchKey = _NoSuchKeyError
    ClientError = _ClientError


class Body:
    """An object's content, or a range of it, which is read in pieces as with boto3."""

    def __init__(self, path: Path, span: tuple[int, int] | None = None) -> None:
        self._path = path
        self._span = span

    def read(self) -> bytes:
        if self._span is None:
            return self._path.read_bytes()
        first, last = self._span
        with self._path.open("rb") as file:
            file.seek(first)
            return file.read(last + 1 - first)

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while chunk := file.read(size):
                yield chunk


class DirectoryS3:
    """Buckets are folders of `root`, keys are paths in them. It counts the requests, and the bytes that are read."""

    exceptions = _Exceptions

    def __init__(self, root: Path) -> None:
        self._root = root
        self.requests = self.read_bytes = 0

    def path(self, bucket: str, key: str) -> Path:
        """Returns the path of an object."""
        return self._root / bucket / key

    def put_object(self, **request: Any) -> dict[str, str]:
        self.requests += 1
        path = self.path(request["Bucket"], request["Key"])
        path.parent.mkdir(parents=True, exist_ok=True)
        body: bytes | BinaryIO = request["Body"]
        with path.open("wb") as file:
            if isinstance(body, bytes):
                file.write(body)
            else:
                shutil.copyfileobj(body, file)
        return {"ETag": _etag(path), "VersionId": _etag(path)}

    def head_object(self, **request: Any) -> dict[str, Any]:
        path = self.path(request["Bucket"], request["Key"])
        if not path.exists():
            raise _ClientError({"Error": {"Code": "404"}}, "HeadObject")
        # The hash is not known, so each part counts as changed and is written.
        return {"VersionId": _etag(path)}

    def get_paginator(self, _operation: str) -> "DirectoryS3":
        return self

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        folder, prefix = self._root / request["Bucket"], request["Prefix"]
        below = folder / prefix.rpartition("/")[0]
        found = (path for path in below.rglob("*") if path.is_file())
        keys = (path.relative_to(folder).as_posix() for path in found)
        yield {"Contents": [{"Key": key} for key in keys if key.startswith(prefix)]}

    def get_object(self, **request: Any) -> dict[str, Any]:
        path = self.path(request["Bucket"], request["Key"])
        if not path.exists():
            raise _NoSuchKeyError(str(path))
        size = path.stat().st_size
        first, _, last = request.get("Range", "").removeprefix("bytes=").partition("-")
        span = None
        if last:
            span = (int(first), min(int(last), size - 1)) if first else (max(size - int(last), 0), size - 1)
        self.requests += 1
        self.read_bytes += span[1] + 1 - span[0] if span else size
        content = {"ContentRange": f"bytes {span[0]}-{span[1]}/{size}"} if span else {}
        return {"Body": Body(path, span), "ETag": _etag(path), **content}


def _etag(path: Path) -> str:
    return hashlib.sha256(f"{path}{path.stat().st_mtime_ns}".encode()).hexdigest()
