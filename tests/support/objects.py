"""S3 in memory, for tests that need only whole objects."""

import io
from pathlib import Path
from typing import Any


class FakeObjects:
    """Answers the calls of boto3's client that read and write whole objects. `content` has them by key."""

    def __init__(self) -> None:
        self.content: dict[str, bytes] = {}

    def put_object(self, *, Key: str, Body: bytes, **_: Any) -> None:  # noqa: N803 -- boto3's own names
        self.content[Key] = Body

    def get_object(self, *, Key: str, **_: Any) -> dict[str, Any]:  # noqa: N803
        return {"Body": io.BytesIO(self.content[Key])}

    def upload_fileobj(self, file: Any, _bucket: str, key: str) -> None:
        self.content[key] = b"".join(iter(lambda: file.read(65536), b""))

    def upload_file(self, path: str, _bucket: str, key: str) -> None:
        self.content[key] = Path(path).read_bytes()

    def download_file(self, _bucket: str, key: str, path: str) -> None:
        Path(path).write_bytes(self.content[key])
