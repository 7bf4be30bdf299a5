"""`make lock` renews every lock file in `requirements/` from its `.in` file.

Each `NAME.in` lists the packages that a part needs. Each `NAME.txt` lists the exact versions that are installed, with
their hashes and without the address of an index. Some `.in` files hold their part to the versions of another lock file
(`-c`). That lock file is renewed first.
"""

import re
import subprocess
from graphlib import TopologicalSorter
from pathlib import Path

from artifacts import environments, user_shell
from local.launcher.errors import ExpectedError
from local.launcher.settings import REPOSITORY, Settings

REQUIREMENTS = REPOSITORY / "requirements"
_HELD_TO = re.compile(r"^-[cr]\s+(?P<name>[\w-]+)\.(?:txt|in)\s*$", re.MULTILINE)


class LockError(ExpectedError):
    """A lock file could not be renewed. The message holds uv's output."""


def lock(_settings: Settings) -> int:
    """Renews the lock files in their order and prints which of them changed."""
    changed = [name for name in order(REQUIREMENTS) if _has_changed(name)]
    if changed:
        print(f"Lock files that changed: {len(changed)}. Run `make test` before you commit them.")
    else:
        print("No lock file changed.")
    return 0


def order(requirements: Path) -> list[str]:
    """Returns the names of the `.in` files. Each name comes after the names that its file refers to."""
    files = {path.stem: path.read_text(encoding="utf-8") for path in requirements.glob("*.in")}
    graph = {name: {found["name"] for found in _HELD_TO.finditer(text)} for name, text in sorted(files.items())}
    return list(TopologicalSorter(graph).static_order())


def renew(name: str) -> None:
    """Writes `NAME.txt` with the newest versions that `NAME.in` allows. Raises `LockError`."""
    uv = [str(environments.python_of("lock")), "-m", "uv", "pip", "compile", "--upgrade", "--quiet"]
    # The lock files are the same on every machine: they hold no header with a command and no address of an index.
    form = ["--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
    # The lock files are for Linux, because everything that ships runs on Linux.
    files = ["--python-version", "3.13", "--python-platform", "linux", f"{name}.in", "--output-file", f"{name}.txt"]
    done = subprocess.run(
        [*uv, *form, *files], cwd=REQUIREMENTS, env=user_shell.uv(), check=False, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise LockError(f"{name}.txt could not be renewed:\n{done.stderr.strip()}")


def _has_changed(name: str) -> bool:
    path = REQUIREMENTS / f"{name}.txt"
    before = path.read_bytes() if path.exists() else b""
    renew(name)
    changed = path.read_bytes() != before
    print(f"  {path.name} {'changed' if changed else 'is up to date'}", flush=True)
    return changed
