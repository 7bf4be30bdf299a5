"""Reads the table that maps images to processes of this machine, from the file that `EMULATOR_ECS_IMAGES` names.

The file is TOML. An image's table has the process that stands for it:

    [[image]]
    pattern = "*/nginx:*"
    entry_point = []
    command = ["sh", "-c", 'exec python3 -m http.server "$PORT" --bind "$HOST"']
    directory = "/srv/site"

`pattern` is compared with the whole name of the image. `*` stands for any text and `?` for one character. The first
table that fits is used. `entry_point` and `command` are what ENTRYPOINT and CMD are in a Dockerfile: a task definition
replaces them in the same way. `entry_point` and `directory` can be absent.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

VARIABLE = "EMULATOR_ECS_IMAGES"
FIELDS = {"pattern": str, "entry_point": list, "command": list, "directory": str}


class ImagesError(ValueError):
    """The file has a fault. The text names the file and the fault."""


@dataclass(frozen=True)
class Process:
    """Holds the process that stands for the images that fit `pattern`."""

    pattern: str
    entry_point: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    directory: str = "."

    def of(self, container: Mapping[str, Any]) -> tuple[str, ...]:
        """Returns the program and its arguments for a container of a task definition."""
        return command(container, self.entry_point, self.command) or ()


def command(
    container: Mapping[str, Any], entry_point: tuple[str, ...], default: tuple[str, ...]
) -> tuple[str, ...] | None:
    """Returns a container's program with its arguments, or None if neither the container nor the image has one.

    The container's entry point replaces the image's entry point and its command. The container's command replaces the
    image's command. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
    https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
    """
    own_command = tuple(container.get("command") or ())
    if container.get("entryPoint"):
        return (*container["entryPoint"], *own_command)
    return (*entry_point, *(own_command or default)) or None


class Images:
    """Holds the table. Raises `ImagesError` for a file that cannot be read."""

    def __init__(self, processes: tuple[Process, ...] = ()) -> None:
        self._processes = processes

    @classmethod
    def from_environment(cls) -> "Images":
        path = os.environ.get(VARIABLE)
        return cls(_read(Path(path))) if path else cls()

    def find(self, image: str) -> Process | None:
        """Returns the process that stands for the image, or None."""
        return next((process for process in self._processes if fnmatchcase(image, process.pattern)), None)


def _read(path: Path) -> tuple[Process, ...]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ImagesError(f"{VARIABLE}: {path}: {error}") from error
    if set(content) - {"image"}:
        raise ImagesError(f"{VARIABLE}: {path}: the file has tables [[image]] only")
    return tuple(_process(table, path) for table in content.get("image", []))


def _process(table: Mapping[str, Any], path: Path) -> Process:
    unknown = sorted(set(table) - set(FIELDS))
    wrong = sorted(name for name, kind in FIELDS.items() if name in table and not isinstance(table[name], kind))
    if unknown or wrong or not table.get("pattern") or not (table.get("entry_point") or table.get("command")):
        fault = ", ".join(unknown + wrong) or "pattern and a command are needed"
        raise ImagesError(f"{VARIABLE}: {path}: {fault}")
    return Process(
        table["pattern"],
        tuple(map(str, table.get("entry_point", []))),
        tuple(map(str, table.get("command", []))),
        table.get("directory", "."),
    )
