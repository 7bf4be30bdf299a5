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
    """Is a file of the folder, with the locks that LocalStack's S3 needs. `before` is the blob that it replaces."""

    def __init__(self, path: Path, last_modified: int = 0, before: "Blob | None" = None) -> None:
        super().__init__()
        self.path = path
        self.internal_last_modified = last_modified
        self.before = before
        self.is_written = path.exists()
        self.is_synced = self.is_written

    def whole(self) -> "Blob | None":
        """Returns itself, or the blob that it replaces while it is being written."""
        blob: Blob | None = self
        while blob and not blob.is_written:
            blob = blob.before
        return blob

    def close(self) -> None:
        """Does nothing. LocalStack closes the file of a removed object: `BlobStore.remove_unused` removes it later."""


class _Handle:
    """Opens a blob for one reader or writer. It needs a descriptor only while it is open."""

    def __init__(self, blob: Blob, mode: Literal["r", "w"]) -> None:
        self._blob = blob
        self._file: IO[bytes] = blob.path.open("r+b" if mode == "w" else "rb")
        self.position_lock = threading.RLock()
        self.read, self.write, self.seek = self._file.read, self._file.write, self._file.seek
        self.tell, self.truncate, self.close = self._file.tell, self._file.truncate, self._file.close

    @property
    def internal_last_modified(self) -> int:
        return self._blob.internal_last_modified

    @internal_last_modified.setter
    def internal_last_modified(self, nanoseconds: int) -> None:
        self._blob.internal_last_modified = nanoseconds


class _StoredObject(EphemeralS3StoredObject):  # type: ignore[misc]  # untyped here
    """Is an open object."""

    def __init__(self, s3_object: S3Object | S3Part, blob: Blob, mode: Literal["r", "w"] = "r") -> None:
        super().__init__(s3_object, blob, mode)
        self._blob, self.file = blob, _Handle(blob, mode)

    def close(self) -> None:
        if self.closed:
            return
        self.file.close()
        if self._mode == "w":
            self._blob.is_written, self._blob.before = True, None
        super().close()


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

    def open(self, bucket: str, s3_object: S3Object, mode: Literal["r", "w"] = "r") -> _StoredObject:
        """Returns the stored object. A reader of the former bytes keeps them."""
        return self.open_in(self._filesystem[bucket]["keys"], self._key_from_s3_object(s3_object), s3_object, mode)

    def open_in(
        self, blobs: dict[Any, Blob], key: Any, s3_object: S3Object | S3Part, mode: Literal["r", "w"]
    ) -> _StoredObject:
        with self._guard:
            if mode == "w" or key not in blobs:
                self._folder.mkdir(exist_ok=True, mode=0o700)
                blobs[key] = Blob(self._folder / uuid.uuid4().hex, before=blobs.get(key))
                blobs[key].path.touch(mode=0o600)
            blob = blobs[key]
            # A reader gets whole bytes, and opens them before a later write makes the file removable.
            if mode == "r" and (whole := blob.whole()):
                return _StoredObject(s3_object, whole, mode)
        return _StoredObject(s3_object, blob, mode)

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
            return {
                bucket: {
                    "keys": _noted(content["keys"]),
                    "multiparts": {
                        upload: (part.s3_multipart, _noted(part.parts))
                        for upload, part in content["multiparts"].items()
                    },
                }
                for bucket, content in self._filesystem.items()
            }

    def sync(self) -> set[str]:
        """Puts every written blob on disk. Returns the names of all blobs that are in use."""
        with self._guard:
            blobs = list(self._blobs())
        fresh = [blob for blob in blobs if blob.is_written and not blob.is_synced and blob.path.exists()]
        for blob in fresh:
            with blob.path.open("rb") as file:
                os.fsync(file.fileno())
            blob.is_synced = True
        if fresh:
            sync_folder(self._folder)
        return {blob.path.name for blob in blobs}

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
        """Removes the blobs that neither present objects nor the saved state use."""
        with self._guard:
            used = saved | {blob.path.name for blob in self._blobs()}
            for path in self._folder.glob("*"):
                if path.name not in used:
                    path.unlink(missing_ok=True)

    def _blobs(self) -> Iterator[Blob]:
        for content in self._filesystem.values():
            for blobs in (content["keys"], *(multipart.parts for multipart in content["multiparts"].values())):
                for blob in blobs.values():
                    yield blob
                    if (whole := blob.whole()) and whole is not blob:
                        yield whole

    def _found(self, noted: dict[Any, Noted]) -> dict[Any, Blob]:
        found = {key: Blob(self._folder / name, last_modified) for key, (name, last_modified) in noted.items()}
        for blob in found.values():
            if not blob.is_written:
                raise FileNotFoundError(f"the object {blob.path} is missing")
        return found


def _noted(blobs: dict[Any, Blob]) -> dict[Any, Noted]:
    found = {key: blob.whole() for key, blob in blobs.items()}
    return {key: (blob.path.name, blob.internal_last_modified) for key, blob in found.items() if blob}
