"""Finds the compiled modules and programs of a package that this machine's processor cannot run.

A function of another architecture is accepted, because most packages are Python only. On AWS its processes have the
architecture of the function. Here they have the machine's.

https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html: `e_machine` is at byte 18.
"""

from collections.abc import Iterator
from pathlib import Path

MACHINES = {"x86_64": 62, "arm64": 183}


def foreign(directory: Path, architecture: str) -> Path | None:
    """Returns a file of the package that is compiled for another processor than `architecture`, or None."""
    own = MACHINES.get(architecture)
    return next((path for path, machine in _compiled(directory) if machine != own), None)


def _compiled(directory: Path) -> Iterator[tuple[Path, int]]:
    for path in sorted(directory.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                head = file.read(20)
            if head.startswith(b"\x7fELF") and len(head) == 20:
                yield path.relative_to(directory), int.from_bytes(head[18:20], "big" if head[5] == 2 else "little")
