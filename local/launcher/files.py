"""Files that are either whole or not there, also when the process that writes them is killed."""

import os
from pathlib import Path


def write_whole(path: Path, text: str, *, mode: int = 0o644) -> None:
    """Write `text` beside `path` and rename it: rename(2) replaces the old file at once."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.new")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=mode)
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
