"""Keeps the functions' code on disk. Each zip is unpacked once, by its hash, and removed after its last use.

The files are read-only, as on AWS. A machine's root user can write to them.
"""

import os
import stat
import tempfile
import threading
import zipfile
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from localstack_dockerless.services.lambda_.janitor import remove_tree


class CodeStore:
    """Holds the unpacked code. It is safe for several threads.

    `compile_code` makes the bytecode beside the sources, so that cold starts do not. Unused code stays if `is_kept`: a
    LocalStack that ends with a saved state needs it again.
    """

    def __init__(
        self, directory: Path, compile_code: Callable[[Path], None], is_kept: Callable[[], bool] = lambda: False
    ) -> None:
        self._directory = directory
        self._compile_code = compile_code
        self._is_kept = is_kept
        self._users: Counter[str] = Counter()
        self._lock = threading.Lock()

    def acquire(self, code_hash: str, fetch: Callable[[], bytes]) -> Path:
        """Returns the folder with the unpacked code. `fetch` returns the zip if it is not unpacked yet.

        Call `release` once for each call. Raises `zipfile.BadZipFile`.
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
                if not self._is_kept():
                    remove_tree(self.path(code_hash))

    def remove_unused(self) -> None:
        """Removes code of an earlier LocalStack that nobody uses."""
        with self._lock:
            used = {self.path(code_hash) for code_hash in self._users}
            for path in self._directory.glob("*"):
                if path not in used:
                    remove_tree(path)

    def path(self, code_hash: str) -> Path:
        """Returns the folder of the code. `code_hash` is base64, whose `/` cannot be in a name."""
        return self._directory / code_hash.replace("/", "_").rstrip("=")

    def _unpack(self, archive: bytes, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as scratch, zipfile.ZipFile(BytesIO(archive)) as bundle:
            unpacked = Path(scratch, "code")
            unpacked.mkdir()
            bundle.extractall(unpacked)
            for info in bundle.infolist():
                _set_mode(unpacked / info.filename, info.external_attr >> 16)
            self._compile_code(unpacked)
            unpacked.rename(target)
            _make_read_only(target)


def _set_mode(path: Path, mode: int) -> None:
    """Sets the permissions, which `zipfile` drops: a program in the package must stay executable."""
    if path.is_file() and mode & stat.S_IXUSR:
        path.chmod(0o755)


def _make_read_only(directory: Path) -> None:
    for folder, _, files in os.walk(directory, topdown=False):
        for name in files:
            file = Path(folder, name)
            file.chmod(0o555 if os.access(file, os.X_OK) else 0o444)
        Path(folder).chmod(0o555)
