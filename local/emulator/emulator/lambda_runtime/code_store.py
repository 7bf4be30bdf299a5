"""The functions' code on disk: each zip unpacked once, by its hash, and removed when nobody uses it any more."""

import shutil
import stat
import tempfile
import threading
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path


class CodeStore:
    """Safe for several threads."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._users: Counter[str] = Counter()
        self._lock = threading.Lock()

    def acquire(self, code_hash: str, fetch: Callable[[], bytes]) -> Path:
        """The directory with the unpacked code; `fetch` gives the zip when it is not there yet.

        Each call is to be followed by one `release`. Raises `zipfile.BadZipFile`.
        """
        with self._lock:
            target = self.path(code_hash)
            if not target.exists():
                self._unpack(fetch(), target)
            self._users[code_hash] += 1
            return target

    def release(self, code_hash: str) -> None:
        with self._lock:
            self._users[code_hash] -= 1
            if self._users[code_hash] <= 0:
                del self._users[code_hash]
                shutil.rmtree(self.path(code_hash), ignore_errors=True)

    def path(self, code_hash: str) -> Path:
        """`code_hash` is base64, whose `/` cannot be in a name."""
        return self._directory / code_hash.replace("/", "_").rstrip("=")

    def _unpack(self, archive: bytes, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch, zipfile.ZipFile(BytesIO(archive)) as bundle:
            unpacked = Path(scratch, "code")
            unpacked.mkdir()
            bundle.extractall(unpacked)
            for info in bundle.infolist():
                _set_mode(unpacked / info.filename, info.external_attr >> 16)
            unpacked.rename(target)


def _set_mode(path: Path, mode: int) -> None:
    """`zipfile` drops the permissions; a program in the package must stay executable."""
    if path.is_file() and mode & stat.S_IXUSR:
        path.chmod(0o755)
