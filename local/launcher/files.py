"""Writes files that are whole or absent, even if the writing process is killed. Removes folders completely."""

import os
import shutil
from pathlib import Path


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Writes `text` into a new file and renames it to `path`. rename(2) replaces the old file in one step."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=mode)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)


def remove_folder(folder: Path) -> None:
    """Removes the folder with everything in it. A missing folder is no error. Raises `OSError`.

    The code of Lambda functions lies in read-only folders, from which only root can remove files.
    """
    if folder.is_dir():
        for inside, _, _ in os.walk(folder):
            Path(inside).chmod(0o700)
        shutil.rmtree(folder)
