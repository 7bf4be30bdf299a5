"""The publisher's memory does not grow with the number of alarms."""

import shutil
import tracemalloc
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from lambdas.publisher.alarm_keeper import AT_ONCE
from lambdas.runtime.stored_parts import hash_of
from tests.unit.lambdas.examples import an_item
from tests.unit.lambdas.fake_alarms import FakeAlarms
from tests.unit.lambdas.fake_s3 import FakeS3
from tests.unit.lambdas.fakes import FakeSQS, client_error
from tests.unit.lambdas.run_world import RunWorld, counts

OF_AN_ALARM = 500
"""An alarm that stays in memory takes more bytes: its names and its values alone are longer."""


def test_memory_does_not_grow_with_the_alarms(tmp_path: Path) -> None:
    """Each number has a process of its own, because the tests before it change what this process holds.

    The peak varies with the batches that are under way at the same time, so the bound is above their size.
    """
    counts_of_alarms = (2_000, 10_000)
    directories = [tmp_path / str(count) for count in counts_of_alarms]
    with ProcessPoolExecutor(len(directories), mp_context=get_context("spawn")) as processes:
        few, many = processes.map(peak_of_publishing, directories, counts_of_alarms)
    assert many - few < (10_000 - 2_000) * OF_AN_ALARM


def peak_of_publishing(directory: Path, count: int) -> int:
    """Returns the most bytes that Python holds while it publishes this number of alarms."""
    directory.mkdir()
    world = RunWorld(directory, *(an_item(number) for number in range(1, count + 1)))
    world.dynamodb.page_size = 1_000
    world.s3 = OnDisk(directory)
    world.process()
    world.sqs = sink = CountingSink()
    world.alarms_table = ForgetfulAlarms()
    tracemalloc.start()
    try:
        assert world.publish()["alarms"]["MCD"] == counts(found=count, raised=count)
        assert sink.taken == count
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


class CountingSink(FakeSQS):
    """Stands for a queue that counts its messages and keeps none."""

    taken = 0

    def _taken(self, request: dict[str, Any]) -> dict[str, Any]:
        self.taken += len(request["Entries"])
        return {}


class ForgetfulAlarms(FakeAlarms):
    """Stands for a table that keeps the items of the last batches."""

    def put_item(self, **request: Any) -> None:
        super().put_item(**request)
        self.calls.clear()
        with self._turn:
            while len(self.items) > 4 * AT_ONCE:
                del self.items[next(iter(self.items))]


class OnDisk(FakeS3):
    """Keeps a bucket's objects in files, because the test measures the memory."""

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self._directory = directory / "objects"

    def put_object(self, **request: Any) -> dict[str, str]:
        path = self._path(request)
        path.parent.mkdir(parents=True, exist_ok=True)
        body = request["Body"]
        with path.open("wb") as file:
            shutil.copyfileobj(BytesIO(body) if isinstance(body, bytes) else body, file)
        return {"ETag": str(path), "VersionId": "v1"}

    def head_object(self, **request: Any) -> dict[str, Any]:
        path = self._path(request)
        if not path.exists():
            raise client_error("404", "HeadObject")
        return {"VersionId": "v1", "ChecksumSHA256": b64encode(bytes.fromhex(hash_of(path))).decode()}

    def get_object(self, **request: Any) -> dict[str, Any]:
        path = self._path(request)
        if not path.exists():
            raise self.exceptions.NoSuchKey({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        if "Range" in request:
            first, last = map(int, request["Range"].removeprefix("bytes=").split("-"))
            return {"Body": BytesIO(path.read_bytes()[first : last + 1])}
        return {"Body": OpenFile(path), "ETag": str(path)}

    def delete_object(self, **request: Any) -> None:
        self._path(request).unlink(missing_ok=True)

    def _pages(self, **request: Any) -> Iterator[dict[str, Any]]:
        root = self._directory / request["Bucket"]
        paths = {str(path.relative_to(root)): path for path in root.rglob("*") if path.is_file()}
        found = {key: str(path) for key, path in paths.items() if key.startswith(request["Prefix"])}
        yield {"Contents": [{"Key": key, "ETag": etag} for key, etag in sorted(found.items())]}

    def _path(self, request: dict[str, Any]) -> Path:
        return self._directory / str(request["Bucket"]) / str(request["Key"])


class OpenFile:
    """Reads an object's content from a file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> bytes:
        return self._path.read_bytes()

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            while chunk := file.read(size):
                yield chunk
