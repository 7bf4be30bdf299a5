"""Holds the files and processes of this emulator's functions: one temporary folder and its janitor."""

import os
import subprocess
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path

from localstack_dockerless.services.lambda_.janitor import remove_tree

JANITOR = Path(__file__).with_name("janitor.py")


class Workspace:
    """Holds a temporary folder. Its janitor removes it and kills the processes when the emulator ends."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="emulator-lambda-"))
        self._lock = threading.Lock()
        read_end, self._pipe = os.pipe()
        try:
            subprocess.Popen(
                [sys.executable, "-I", "-S", JANITOR, self.directory],
                cwd="/",
                env={},
                stdin=read_end,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        finally:
            os.close(read_end)

    def watch(self, process_group: int) -> None:
        """Makes the janitor end the group with the emulator."""
        self._tell(f"+{process_group}\n")

    def forget(self, process_group: int) -> None:
        """Removes an ended group: its number may be given to another group."""
        self._tell(f"-{process_group}\n")

    def temporary_directory(self, name: str) -> Path:
        """Makes a new folder. `remove` removes it."""
        directory = self.directory / "tmp" / name
        directory.mkdir(parents=True)
        return directory

    def remove(self, directory: Path) -> None:
        remove_tree(directory)

    def _tell(self, line: str) -> None:
        with self._lock:
            os.write(self._pipe, line.encode())


@cache
def workspace() -> Workspace:
    """Returns the one workspace of this emulator. The first function makes it."""
    return Workspace()
