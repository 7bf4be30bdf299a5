"""Stands in for S3."""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import botocore.exceptions
from botocore.exceptions import ClientError

from tests.unit.lambdas.fakes import client_error


class Body(BytesIO):
    """Holds an object's content, as boto3 returns it."""

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        while chunk := self.read(size):
            yield chunk


class FakeS3:
    """Objects by bucket and key, with versions and conditional writes. `fault` is asked before each write and deletion.

    A test may put content into `objects`, as somebody else's write. That is then the newest version.
    `ranges` has the bytes of each request for a part of an object.
    """

    class exceptions:  # noqa: N801  boto3's own name
        ClientError = ClientError

        class NoSuchKey(botocore.exceptions.ClientError):
            pass

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.versions: dict[tuple[str, str], list[bytes | None]] = {}
        self.writes: list[str] = []
        self.ranges: list[tuple[int, int]] = []
        self.fault: Callable[[str, str], None] = lambda _operation, _key: None

    def delete_object(self, **request: Any) -> None:
        self.fault("delete", request["Key"])
        self._version(request)
        self.objects.pop((request["Bucket"], request["Key"]), None)
        self._version(request)

    def get_object(self, **request: Any) -> dict[str, Any]:
        self._version(request)
        try:
            whole = "VersionId" not in request
            content = self.objects[request["Bucket"], request["Key"]] if whole else self._of_version(request)
        except KeyError:
            raise self.exceptions.NoSuchKey({"Error": {"Code": "NoSuchKey"}}, "GetObject") from None
        if "Range" not in request:
            return {"Body": Body(content), "ETag": etag(content)}
        first, _, last = request["Range"].removeprefix("bytes=").partition("-")
        start = int(first) if first else max(len(content) - int(last), 0)
        end = int(last) + 1 if first and last else len(content)
        self.ranges.append((start, end))
        span = f"bytes {start}-{end - 1}/{len(content)}"
        return {"Body": Body(content[start:end]), "ETag": etag(content), "ContentRange": span}

    def head_object(self, **request: Any) -> dict[str, Any]:
        version = self._version(request)
        content = self.objects.get((request["Bucket"], request["Key"]))
        if content is None:
            raise client_error("404", "HeadObject")
        return {"VersionId": version, "ChecksumSHA256": b64encode(hashlib.sha256(content).digest()).decode()}

    def _version(self, request: dict[str, Any]) -> str:
        """The id of the newest version, which is noted where somebody has changed `objects`."""
        name = request["Bucket"], request["Key"]
        noted, content = self.versions.setdefault(name, []), self.objects.get(name)
        if (noted or content is not None) and (not noted or noted[-1] is not content):
            noted.append(content)
        return f"v{len(noted)}"

    def _of_version(self, request: dict[str, Any]) -> bytes:
        noted = self.versions.get((request["Bucket"], request["Key"]), [])
        number = int(request["VersionId"].removeprefix("v"))
        content = noted[number - 1] if number <= len(noted) else None
        if content is None:
            raise client_error("NoSuchVersion", "GetObject")
        return content

    def put_object(self, **request: Any) -> dict[str, str]:
        self.fault("put", request["Key"])
        there = self.objects.get((request["Bucket"], request["Key"]))
        unmet = (request.get("IfNoneMatch") == "*" and there is not None) or (
            "IfMatch" in request and (there is None or etag(there) != request["IfMatch"])
        )
        if unmet:
            raise client_error("PreconditionFailed", "PutObject")
        body = request["Body"]
        content = body if isinstance(body, bytes) else body.read()
        expected = request.get("ChecksumSHA256")
        if expected and expected != b64encode(hashlib.sha256(content).digest()).decode():
            raise client_error("BadDigest", "PutObject")
        self._version(request)
        # A copy, so that the same bytes written again are a version of their own.
        self.objects[request["Bucket"], request["Key"]] = bytes(bytearray(content))
        self.writes.append(request["Key"])
        return {"ETag": etag(content), "VersionId": self._version(request)}

    def get_paginator(self, operation: str) -> SimpleNamespace:
        assert operation == "list_objects_v2"
        return SimpleNamespace(paginate=self._pages)

    def _pages(self, **request: Any) -> Iterator[dict[str, Any]]:
        mine = {key: content for (bucket, key), content in self.objects.items() if bucket == request["Bucket"]}
        found = [key for key in sorted(mine) if key.startswith(request["Prefix"])]
        if not found:
            yield {"KeyCount": 0}
        for key in found:
            yield {"Contents": [{"Key": key, "ETag": etag(mine[key])}]}


def etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'
