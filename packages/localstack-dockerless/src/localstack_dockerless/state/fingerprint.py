"""Tells which programs have saved a state: only the same ones load it.

Of this package only the modules count whose classes a state holds, with the registries' modules. An edit elsewhere, in
a provider's rules for instance, leaves a state usable.
"""

import ast
import hashlib
import importlib.metadata
import importlib.util
import platform
from collections.abc import Iterable
from pathlib import Path

PACKAGE = "localstack_dockerless"


def versions() -> dict[str, str]:
    """By the name of the program."""
    installed = ("localstack-core", "moto-ext")
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python} | {name: importlib.metadata.version(name) for name in installed}


def of_code(modules: Iterable[str]) -> dict[str, str]:
    """By the name of each of this package's modules among `modules`: a checksum of its code, "" where it is gone.

    Comments and layout do not count.
    """
    own = sorted(name for name in modules if name.partition(".")[0] == PACKAGE)
    return {name: _checksum(name) for name in own}


def _checksum(module: str) -> str:
    try:
        found = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return ""
    if found is None or found.origin is None:
        return ""
    meaning = ast.dump(ast.parse(Path(found.origin).read_bytes()))
    return hashlib.sha256(meaning.encode()).hexdigest()
