"""Finds the files of this repository that a program runs, by its import statements. It needs only the standard library.

A Lambda zip and the service's fingerprint hold only the part of `domain/` that the program uses. So an edited rule
deploys only the programs that apply it. Every import statement counts, also inside a function and for type checking.
So the result may have a file too many, and never one too few. `tests/unit/test_architecture.py` refuses imports that
are not statements.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path


def reached(start: Iterable[Path], top: Path, folder: str) -> list[Path]:
    """Returns the Python files below `top/folder` that the Python files `start` import, directly or indirectly.

    The result includes the `__init__.py` of each module's packages, which Python runs first.
    """
    found: set[Path] = set()
    seen: set[str] = set()
    waiting = [path for path in start if path.suffix == ".py"]
    while waiting:
        imported = {name for name in _imported(waiting.pop().read_bytes()) if name.partition(".")[0] == folder}
        new = {path for name in imported - seen for path in _files(name, top)} - found
        seen |= imported
        found |= new
        waiting += new
    return sorted(found)


@lru_cache(maxsize=1000)  # one command asks for the same files for each function
def _imported(source: bytes) -> frozenset[str]:
    """Returns every module that a file may import. `from a import b` names `a` and perhaps the module `a.b`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None:
            found.update((node.module, *(f"{node.module}.{alias.name}" for alias in node.names)))
    return frozenset(found)


def _files(module: str, top: Path) -> Iterator[Path]:
    """Yields the files that Python runs for `import module`."""
    parts = module.split(".")
    for length in range(1, len(parts) + 1):
        path = top.joinpath(*parts[:length])
        yield from (file for file in (path / "__init__.py", path.with_suffix(".py")) if file.is_file())
    if parts[-1] == "*":  # `from a import *` imports the modules that `__all__` of the package `a` names
        yield from top.joinpath(*parts[:-1]).glob("*.py")
