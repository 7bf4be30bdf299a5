"""Tells which programs have saved a state: only the same ones load it.

Of this package only the modules count whose classes a state holds, with the registries' modules. An edit elsewhere, in
a provider's rules for instance, leaves a state usable.
"""

import ast
import hashlib
import importlib.metadata
import importlib.util
import platform
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

PACKAGE = "localstack_dockerless"
_BEGAN = time.time()


def versions() -> dict[str, str]:
    """By the name of the program."""
    installed = ("localstack-core", "moto-ext")
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python} | {name: importlib.metadata.version(name) for name in installed}


def of_code(modules: Iterable[str], *, running: bool = False) -> dict[str, str]:
    """By the name of each of this package's modules among `modules`: a checksum of its code, "" where it is gone.

    Comments and layout do not count. With `running`, a module whose file has changed since this process began has "":
    the process runs the former code, which nobody can look at any more.
    """
    own = sorted(name for name in modules if name.partition(".")[0] == PACKAGE)
    return {name: _checksum(name, running=running) for name in own}


def _checksum(module: str, *, running: bool) -> str:
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return ""
    if found is None or found.origin is None:
        return ""
    path = Path(found.origin)
    changed = path.stat().st_mtime
    return "" if running and changed > _BEGAN else _checksum_of(path, changed)


@cache
def _checksum_of(path: Path, _changed: float) -> str:
    return hashlib.sha256(ast.dump(ast.parse(path.read_bytes())).encode()).hexdigest()
