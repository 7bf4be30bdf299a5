"""Tells which programs have saved a state: only the same programs load it.

Of this package, two kinds of modules count: modules with classes that a state holds, and modules of the registries. A
state stays usable after an edit of any other module, such as a provider's rules.
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
    """Returns the installed versions by the names of the programs."""
    installed = ("localstack-core", "moto-ext")
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python} | {name: importlib.metadata.version(name) for name in installed}


def of_code(modules: Iterable[str], *, running: bool = False) -> dict[str, str]:
    """Returns a checksum of the code of each of this package's modules among `modules`, by the module's name.

    Comments, layout and docstrings do not count. A module that no longer exists has "". With `running`, a module has
    "" too if its file has changed since this process began: the process runs the former code, which is in no file.
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
    code = _WithoutDocstrings().visit(ast.parse(path.read_bytes()))
    return hashlib.sha256(ast.dump(code).encode()).hexdigest()


class _WithoutDocstrings(ast.NodeTransformer):
    """Removes statements that are only a text: the docstrings of modules, classes, functions and attributes."""

    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str) else node
