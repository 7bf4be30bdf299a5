"""S3's objects in files: a reader gets whole bytes, and a write that fails leaves the object as it was."""

import subprocess
from pathlib import Path

from dockerless_testing.programs import localstack_python

USE = """
import io
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

from localstack_dockerless.services.s3.blobs import BlobStore

store = BlobStore(Path(sys.argv[1]))
found = SimpleNamespace(key="day.json", version_id=None, size=0, etag="", checksum_algorithm=None)
found.internal_last_modified = 0


def read():
    with store.open("bucket", found) as stored:
        return stored.read()


class Broken(io.RawIOBase):
    def read(self, size=-1):
        raise OSError("the body broke off")


with store.open("bucket", found, mode="w") as stored:
    stored.write(io.BytesIO(b"first"))
changed = found.internal_last_modified
with store.open("bucket", found, mode="w"):
    pass  # as a conditional write that is refused under the lock
try:
    with store.open("bucket", found, mode="w") as stored:
        stored.write(Broken())
except OSError:
    pass
assert read() == b"first", "a write that did not happen changed the object"
assert len(list(Path(sys.argv[1]).iterdir())) == 1, "a file is left of a write that did not happen"

writer = store.open("bucket", found, mode="w")
read_beside = []
beside = threading.Thread(target=lambda: read_beside.append(read()))
second = threading.Thread(target=lambda: store.open("bucket", found, mode="w").close())
beside.start(), second.start()
assert store.index()["bucket"]["keys"], "a save in the middle of a write loses the object"
store.remove_unused(set())
writer.write(io.BytesIO(b"second"))
writer.close()
beside.join(10), second.join(10)
assert read_beside == [b"second"], "a reader met a file that was being written"

index = store.index()
with store.open("bucket", found, mode="w") as stored:
    stored.write(io.BytesIO(b"third"))
store.remove_unused(store.sync())
later = BlobStore(Path(sys.argv[1]))
later.load(index)
with later.open("bucket", found) as stored:
    assert stored.read() == b"second", "a write after the save took the saved object away"
store.index()
store.remove_unused(store.sync())
assert read() == b"third"
assert len(list(Path(sys.argv[1]).iterdir())) == 1, "a file is left that nothing refers to"
"""

WRITES_MEANWHILE = """
import io
import sys
from pathlib import Path
from types import SimpleNamespace

from localstack_dockerless.services.s3.blobs import BlobStore


def named(key):
    return SimpleNamespace(
        key=key, version_id=None, size=0, etag="", checksum_algorithm=None, internal_last_modified=0
    )


def write(key):
    stored = store.open("bucket", named(key), mode="w")
    stored.write(io.BytesIO(key.encode()))
    return stored


class Folder(type(Path())):
    def glob(self, pattern):
        write("ended").close()
        open_writers.append(write("under way"))
        yield from super().glob(pattern)


open_writers = []
store = BlobStore(Path(sys.argv[1]))
write("before").close()
store._folder = Folder(sys.argv[1])
store.remove_unused(set())
open_writers.pop().close()
for key in ("before", "ended", "under way"):
    with store.open("bucket", named(key)) as stored:
        assert stored.read() == key.encode(), key

writer = write("before")
blob = writer._blob
files = blob.files()
seen = [next(files)]
writer.close()
assert blob.path in [*seen, *files], "a write that ended meanwhile looks unused"
"""


def test_what_is_written_while_unused_files_are_removed_stays(tmp_path: Path):
    """The time between the look at the objects and the look at the files is short, and was once long enough."""
    done = subprocess.run(
        [localstack_python(), "-c", WRITES_MEANWHILE, tmp_path / "objects"],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_either_one_writer_or_readers_and_a_write_that_fails_changes_nothing(tmp_path: Path):
    done = subprocess.run(
        [localstack_python(), "-c", USE, tmp_path / "objects"], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
