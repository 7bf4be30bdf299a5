"""Manages the folder of saved states. A state is a generation: a folder of files, and a manifest with their checksums.

`CURRENT` names the newest whole generation. It is replaced by a rename after every file of the generation is on disk.
A crash at any byte leaves the last whole state (https://man7.org/linux/man-pages/man2/rename.2.html).
"""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FORMAT = 1
CURRENT = "CURRENT"
MANIFEST = "manifest.json"
PREFIX, UNFINISHED = "generation-", ".unfinished"
OTHERS_MAY_WRITE = 0o022


class StateRefusedError(Exception):
    """A saved state must not be loaded. The message says why."""


@dataclass(frozen=True)
class Generation:
    """Holds one saved state: the content of its files by name, and the facts of its manifest."""

    name: str
    files: Mapping[str, bytes] = field(repr=False)
    facts: Mapping[str, Any]

    @property
    def size(self) -> int:
        """Returns the bytes of all files."""
        return sum(map(len, self.files.values()))


class Generations:
    """Holds all saved states below `folder`. `versions` are the programs that may load a state that they have saved."""

    def __init__(self, folder: Path, versions: Mapping[str, str]) -> None:
        self.folder = folder
        self.versions = dict(versions)

    def prepare(self) -> None:
        """Makes the folder. Raises `StateRefusedError` if another user could write to it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        check_owner(self.folder)

    def write(self, files: Mapping[str, bytes], facts: Mapping[str, Any]) -> Generation:
        """Writes a new generation and makes it the current one. Raises `OSError`. The former generation stays then."""
        name = f"{PREFIX}{self._newest() + 1:06d}"
        unfinished = self.folder / f"{name}{UNFINISHED}"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        for file, content in files.items():
            _write(unfinished / file, content)
        manifest = {
            "format": FORMAT,
            "versions": self.versions,
            "facts": dict(facts),
            "sha256": {file: hashlib.sha256(content).hexdigest() for file, content in files.items()},
        }
        _write(unfinished / MANIFEST, json.dumps(manifest, indent=2).encode() + b"\n")
        sync_folder(unfinished)
        unfinished.rename(self.folder / name)
        self._point_to(name)
        self._remove_all_but(name)
        return Generation(name, files, facts)

    def read(self) -> Generation | None:
        """Returns the current generation, verified. None: there is none. Raises `StateRefusedError`."""
        pointer = self.folder / CURRENT
        if not pointer.exists():
            return None
        check_owner(self.folder, pointer)
        folder = self.folder / pointer.read_text().strip()
        check_owner(folder, folder / MANIFEST)
        try:
            manifest = json.loads((folder / MANIFEST).read_bytes())
            digests, facts = manifest["sha256"], manifest["facts"]
        except (ValueError, KeyError) as error:
            raise StateRefusedError(f"{folder / MANIFEST} is not a manifest ({error!r})") from None
        self._check_versions(folder, manifest)
        return Generation(folder.name, {file: _verified(folder / file, digests[file]) for file in digests}, facts)

    def _check_versions(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        was, now = {"format": FORMAT} | manifest["versions"], {"format": FORMAT} | self.versions
        was["format"] = manifest.get("format")
        differ = [
            f"{name} {was.get(name)} (now {now.get(name)})" for name in was | now if was.get(name) != now.get(name)
        ]
        if differ:
            raise StateRefusedError(f"{folder} was saved by {', '.join(differ)}")

    def _newest(self) -> int:
        numbers = (path.name.removeprefix(PREFIX).removesuffix(UNFINISHED) for path in self.folder.glob(f"{PREFIX}*"))
        return max((int(number) for number in numbers if number.isdigit()), default=0)

    def _point_to(self, name: str) -> None:
        unfinished = self.folder / f"{CURRENT}{UNFINISHED}"
        _write(unfinished, name.encode() + b"\n")
        sync_folder(self.folder)  # the generation's own rename is on disk before CURRENT names it
        unfinished.rename(self.folder / CURRENT)
        sync_folder(self.folder)

    def _remove_all_but(self, name: str) -> None:
        for path in self.folder.glob(f"{PREFIX}*"):
            if path.name != name:
                shutil.rmtree(path, ignore_errors=True)


def check_owner(*paths: Path) -> None:
    """Raises `StateRefusedError` if another user could write to the paths: a pickle can run code."""
    for path in paths:
        try:
            found = path.stat()
        except OSError as error:
            raise StateRefusedError(f"{path} cannot be read ({error.strerror})") from None
        if found.st_uid != os.geteuid():
            raise StateRefusedError(f"{path} belongs to another user ({found.st_uid})")
        if found.st_mode & OTHERS_MAY_WRITE:
            raise StateRefusedError(f"{path} can be written by other users (mode {found.st_mode & 0o777:o})")


def sync_folder(folder: Path) -> None:
    """Puts the names of a folder's files on disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _verified(path: Path, wanted: str) -> bytes:
    check_owner(path)
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != wanted:
        raise StateRefusedError(f"{path} is not what was saved: its checksum differs")
    return content


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
