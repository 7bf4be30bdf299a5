"""Keeps S3's objects in blobs: files that never change once they are written.

LocalStack 4.14.0 keeps an object in a temporary file, which each write replaces in place. A saved state would then
refer to bytes that a later write changes. Here each write makes a file of its own. A blob is removed when neither the
present objects nor the saved state refer to it.
"""

import hashlib
import os
import threading
import uuid
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Literal

from localstack.services.s3.models import S3Multipart, S3Object, S3Part
from localstack.services.s3.storage.ephemeral import (
    EphemeralS3ObjectStore,
    EphemeralS3StoredMultipart,
    EphemeralS3StoredObject,
    LockedFileMixin,
)

from localstack_dockerless.state.generations import sync_folder

type Noted = tuple[str, int]
"""Holds a blob's name, and the nanosecond of its last change."""
type Index = dict[str, dict[str, dict[str, Any]]]
"""Maps a bucket to {"keys": {key: Noted}, "multiparts": {upload: (S3Multipart, {part number: Noted})}}."""

STORE: "BlobStore | None" = None
"""The one store of this LocalStack, if states are saved."""


def keep_in(folder: Path) -> None:
    """Makes the store before S3 is loaded. The patch `s3_blobs` gives the store to S3."""
    global STORE  # noqa: PLW0603 -- one process, one S3
    STORE = BlobStore(folder)


class Blob(LockedFileMixin):  # type: ignore[misc]  # untyped here
    """Holds the file of one object, with the locks that LocalStack's S3 needs.

    `path` is the file with the whole bytes; None before the first write has ended. `pending` is the file of a write
    that is under way.
    """

    def __init__(self, path: Path | None = None, last_modified: int = 0) -> None:
        super().__init__()
        self.path = path
        self.pending: Path | None = None
        self.internal_last_modified = last_modified

    def files(self) -> Iterator[Path]:
        """Yields the files that must stay. `path` is read last: a writer that ends meanwhile moves `pending` there."""
        if pending := self.pending:
            yield pending
        if path := self.path:
            yield path

    def close(self) -> None:
        """Does nothing. LocalStack calls it for a removed object; `BlobStore.remove_unused` removes the file later."""


class _Handle:
    """Is a file that is open for one reader or writer. Only while it is open does it take a descriptor."""

    def __init__(self, file: IO[bytes], last_modified: int) -> None:
        self.position_lock = threading.RLock()
        self.internal_last_modified = last_modified
        self.read, self.write, self.seek = file.read, file.write, file.seek
        self.tell, self.truncate, self.close = file.tell, file.truncate, file.close


class _StoredObject(EphemeralS3StoredObject):  # type: ignore[misc]  # untyped here
    """Is an open object. LocalStack's lock of the object lets either one writer or many readers in.

    A writer's file takes the place of the former one when the writer ends. So a conditional write that is refused under
    the lock changes nothing, and neither does a body that breaks off.
    """

    def __init__(self, s3_object: S3Object | S3Part, blob: Blob, folder: Path, mode: Literal["r", "w"] = "r") -> None:
        super().__init__(s3_object, blob, mode)
        self._blob, self._has_written = blob, False
        try:
            self.file = _Handle(self._open(folder), blob.internal_last_modified)
        except BaseException:
            self._lock.release()
            raise

    def write(self, stream: Any) -> int:
        size: int = super().write(stream)
        self._has_written = True
        return size

    def append(self, part: EphemeralS3StoredObject) -> int:
        size: int = super().append(part)
        self._has_written = True
        return size

    def truncate(self, size: int | None = None) -> int:
        position: int = super().truncate(size)
        self._has_written = True
        return position

    def close(self) -> None:
        if self.closed:
            return
        self.file.close()
        if self._mode == "w":
            self._keep_or_drop()
        super().close()

    def _open(self, folder: Path) -> IO[bytes]:
        if self._mode == "w":
            folder.mkdir(exist_ok=True, mode=0o700)
            path = self._blob.pending = folder / uuid.uuid4().hex
            path.touch(mode=0o600)
            return path.open("r+b")
        return self._blob.path.open("rb") if self._blob.path else BytesIO()

    def _keep_or_drop(self) -> None:
        blob = self._blob
        written = blob.pending
        if written and self._has_written:
            blob.path, blob.internal_last_modified = written, self.file.internal_last_modified
        elif written:
            written.unlink(missing_ok=True)
        blob.pending = None  # last: at no moment is the file unused


class _Multipart(EphemeralS3StoredMultipart):  # type: ignore[misc]  # untyped here
    """Is an upload in parts. Each part is a blob."""

    _s3_store: "BlobStore"

    def open(self, s3_part: S3Part, mode: Literal["r", "w"] = "r") -> _StoredObject:
        return self._s3_store.open_in(self.parts, s3_part.part_number, s3_part, mode)


class BlobStore(EphemeralS3ObjectStore):  # type: ignore[misc]  # untyped here
    """Is LocalStack's object store, with blobs instead of temporary files. It is safe for several threads."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self._folder = folder
        self._guard = threading.Lock()
        self._indexed: set[str] = set()
        self._synced: set[str] = set()

    def open(self, bucket: str, s3_object: S3Object, mode: Literal["r", "w"] = "r") -> _StoredObject:
        """Returns the stored object. A reader of the former bytes keeps them."""
        return self.open_in(self._filesystem[bucket]["keys"], self._key_from_s3_object(s3_object), s3_object, mode)

    def open_in(
        self, blobs: dict[Any, Blob], key: Any, s3_object: S3Object | S3Part, mode: Literal["r", "w"]
    ) -> _StoredObject:
        with self._guard:
            blob = blobs.setdefault(key, Blob())
        return _StoredObject(s3_object, blob, self._folder, mode)

    def get_multipart(self, bucket: str, s3_multipart: S3Multipart) -> _Multipart:
        with self._lock_multipart_create:
            uploads = self._filesystem[bucket]["multiparts"]
            if s3_multipart.id not in uploads:
                uploads[s3_multipart.id] = _Multipart(self, bucket, s3_multipart, self.root_directory)
            return uploads[s3_multipart.id]

    def create_bucket(self, bucket: str) -> None:
        """Does nothing: a bucket has no folder."""

    def delete_bucket(self, bucket: str) -> None:
        self._filesystem.pop(bucket, None)

    @staticmethod
    def _key_from_s3_object(s3_object: S3Object) -> str:
        # LocalStack's own name is `hash()`, which differs between processes
        return hashlib.sha256(f"{s3_object.key}?{s3_object.version_id or 'null'}".encode()).hexdigest()

    def _create_upload_directory(self, bucket_name: str, upload_id: str) -> str:
        return self.root_directory

    def _delete_upload_directory(self, bucket_name: str, upload_id: str) -> None:
        """Does nothing: parts are blobs, and no folder holds them."""

    def index(self) -> Index:
        """Returns the blob of each object. An object that is being written has its former blob."""
        with self._guard:
            index: Index = {
                bucket: {
                    "keys": _noted(content["keys"]),
                    "multiparts": {
                        upload: (part.s3_multipart, _noted(part.parts))
                        for upload, part in content["multiparts"].items()
                    },
                }
                for bucket, content in self._filesystem.items()
            }
            self._indexed = set(_names(index))
            return index

    def sync(self) -> set[str]:
        """Puts the files of the last index on disk. Returns their names.

        A later write may have replaced some of them. The state with that index refers to them all the same.
        """
        fresh = self._indexed - self._synced
        for name in fresh:
            with (self._folder / name).open("rb") as file:
                os.fsync(file.fileno())
        if fresh:
            sync_folder(self._folder)
        self._synced = set(self._indexed)
        return set(self._indexed)

    def load(self, index: Index) -> None:
        """Loads the blobs of a saved state. Raises `FileNotFoundError` if one is missing."""
        for bucket, content in index.items():
            loaded = self._filesystem[bucket]
            loaded["keys"] = self._found(content["keys"])
            for upload, (s3_multipart, parts) in content["multiparts"].items():
                multipart = _Multipart(self, bucket, s3_multipart, self.root_directory)
                multipart.parts.update(self._found(parts))
                loaded["multiparts"][upload] = multipart

    def remove_unused(self, saved: set[str]) -> None:
        """Removes the blobs that neither present objects nor the saved state use.

        Objects are written and removed meanwhile. The files are listed first: a file that comes later is a new write's.
        """
        present = list(self._folder.glob("*"))
        with self._guard:
            used = saved | {path.name for blob in self._blobs() for path in blob.files()}
        for path in present:
            if path.name not in used:
                path.unlink(missing_ok=True)

    def _blobs(self) -> Iterator[Blob]:
        for content in list(self._filesystem.values()):
            for blobs in (content["keys"], *(multipart.parts for multipart in list(content["multiparts"].values()))):
                yield from list(blobs.values())

    def _found(self, noted: dict[Any, Noted]) -> dict[Any, Blob]:
        for name, _ in noted.values():
            if not (self._folder / name).exists():
                raise FileNotFoundError(f"the object {self._folder / name} is missing")
        return {key: Blob(self._folder / name, last_modified) for key, (name, last_modified) in noted.items()}


def _noted(blobs: dict[Any, Blob]) -> dict[Any, Noted]:
    return {key: (blob.path.name, blob.internal_last_modified) for key, blob in blobs.items() if blob.path}


def _names(index: Index) -> Iterator[str]:
    for content in index.values():
        for noted in (content["keys"], *(parts for _, parts in content["multiparts"].values())):
            yield from (name for name, _ in noted.values())
