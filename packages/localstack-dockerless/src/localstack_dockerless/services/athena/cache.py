"""Keeps fetched objects on disk, by bucket, key and entity tag. An object with another content has another tag.

A query reads links in a folder of its own, so the cache may drop an object while a query reads it.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from localstack import config

LIMIT = 2 * 1024**3
"""The bytes that the cache keeps."""


class Cache:
    """Holds objects up to `limit` bytes, and drops the least recently used ones. It is safe for threads."""

    def __init__(self, folder: Path, limit: int = LIMIT) -> None:
        self._folder, self._limit = folder, limit
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()

    @staticmethod
    def name(bucket: str, key: str, tag: str) -> str:
        return hashlib.sha256(f"{bucket}/{key}?{tag}".encode()).hexdigest()

    def link(self, name: str, target: Path) -> bool:
        """Links a kept object to `target`. Returns whether it is kept."""
        with self._lock:
            if name not in self._sizes:
                return False
            self._sizes.move_to_end(name)
            os.link(self._folder / name, target)
            return True

    def add(self, name: str, target: Path, write: Callable[[Any], None]) -> None:
        """Writes an object to `target` with `write`, and keeps it."""
        with target.open("wb") as file:
            write(file)
        with self._lock:
            if name in self._sizes:
                return
            os.link(target, self._folder / name)
            self._sizes[name] = target.stat().st_size
            while sum(self._sizes.values()) > self._limit and len(self._sizes) > 1:
                oldest, _ = self._sizes.popitem(last=False)
                (self._folder / oldest).unlink(missing_ok=True)


_made: dict[str, Any] = {}
_making = threading.Lock()


def folder() -> Path:
    """Returns the folder of this process, which its end removes."""
    with _making:
        if "folder" not in _made:
            Path(config.dirs.tmp).mkdir(parents=True, exist_ok=True)
            made = Path(tempfile.mkdtemp(prefix="athena-", dir=config.dirs.tmp))
            (made / "objects").mkdir()
            atexit.register(shutil.rmtree, made, ignore_errors=True)
            _made["folder"], _made["cache"] = made, Cache(made / "objects")
        return Path(_made["folder"])


def shared() -> Cache:
    """Returns the cache of all queries."""
    folder()
    cache: Cache = _made["cache"]
    return cache
