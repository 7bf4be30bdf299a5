"""S3's objects in files: a reader gets whole bytes while another writes, and keeps them."""

import subprocess
from pathlib import Path

from dockerless_testing.programs import localstack_python

USE = """
import io
import sys
from pathlib import Path
from types import SimpleNamespace

from localstack_dockerless.services.s3.blobs import BlobStore

store = BlobStore(Path(sys.argv[1]))
found = SimpleNamespace(key="day.json", version_id=None, size=0, etag="", checksum_algorithm=None)
found.internal_last_modified = 0
with store.open("bucket", found, mode="w") as stored:
    stored.write(io.BytesIO(b"first"))
writer = store.open("bucket", found, mode="w")
with store.open("bucket", found) as beside:
    assert beside.read() == b"first", "a reader met a file that was being written"
slow = store.open("bucket", found)
writer.write(io.BytesIO(b"second"))
writer.close()
store.remove_unused(set())
assert slow.read() == b"first", "a reader lost its bytes to a later write"
slow.close()
with store.open("bucket", found) as after:
    assert after.read() == b"second"
"""


def test_a_reader_meets_no_object_that_is_being_written(tmp_path: Path):
    done = subprocess.run(
        [localstack_python(), "-c", USE, tmp_path / "objects"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
