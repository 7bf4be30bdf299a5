"""The parts of publications. A part never changes under its key and version, so it is fetched once and kept on disk."""

import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from domain.publications import Part
from lambdas.runtime.duck import literal
from lambdas.runtime.stored_parts import fetch_part

MOST_BYTES = 2 << 30
"""The parts on the disk. The least used ones are deleted when there are more."""

_AT_ONCE = 16
_MEMORY = "512MiB"


class Parts:
    """The parts of the enriched bucket, as files and as tables of DuckDB."""

    def __init__(self, s3: Any, bucket: str, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._s3, self._bucket, self._folder, self._most = s3, bucket, folder, most_bytes
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._closing = ExitStack()
        scratch = self._closing.enter_context(TemporaryDirectory(prefix="console-"))
        self._duck = duckdb.connect(
            config={
                "memory_limit": _MEMORY,
                "temp_directory": scratch,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        self._duck.execute("SET TimeZone = 'UTC'")
        self._locks: dict[Path, threading.Lock] = {}
        self._lock = threading.Lock()

    def close(self) -> None:
        """Closes DuckDB."""
        self._duck.close()
        self._closing.close()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Returns a cursor with temporary tables of its own. The caller closes it."""
        return self._duck.cursor()

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Runs a query. Several threads may do so at the same time."""
        with self._duck.cursor() as cursor:
            return cursor.execute(sql, list(values)).fetchall()

    def tables(self, parts: Iterable[Part], options: str = "") -> str:
        """Returns the call of DuckDB's table function that reads parts. Fetches the ones that are not there.

        Raises `ObjectMissingError`, `PartChangedError`, and S3's own errors.
        """
        files = ", ".join(literal(path) for path in self.files(parts))
        return f"read_parquet([{files}]{options and f', {options}'})"

    def files(self, parts: Iterable[Part]) -> list[Path]:
        """Returns the files of parts, in their order. Fetches the ones that are not there. Raises the same errors."""
        wanted = list(parts)
        missing = {self.path(part): part for part in wanted if not self.path(part).exists()}
        if len(missing) == 1:
            self._fetch(*missing.values())
        elif missing:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                list(pool.map(self._fetch, missing.values()))
            self._delete_unused(set(map(self.path, wanted)))
        return list(map(self.path, wanted))

    def path(self, part: Part) -> Path:
        """Returns where a part's file is, or would be. The name has the day, for queries over several days."""
        return self._folder / f"{part.key.replace('/', '_')}.{part.sha256[:32]}.parquet"

    def _fetch(self, part: Part) -> None:
        path = self.path(part)
        with self._lock:
            lock = self._locks.setdefault(path, threading.Lock())
        with lock:
            if not path.exists():
                unverified = path.with_name(f"{path.name}.{threading.get_ident()}.fetched")
                try:
                    fetch_part(self._s3, self._bucket, part, unverified).rename(path)
                finally:
                    unverified.unlink(missing_ok=True)

    def _delete_unused(self, kept: set[Path]) -> None:
        found = [(path.stat().st_atime, path.stat().st_size, path) for path in self._folder.glob("*.parquet")]
        surplus = sum(size for _, size, _ in found) - self._most
        for _, size, path in sorted(found):
            if surplus <= 0:
                return
            if path not in kept:
                path.unlink(missing_ok=True)
                surplus -= size
