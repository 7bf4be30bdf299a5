"""Reads a tfvars file whose values are texts, numbers, booleans and lists of them, each on one line."""

import json
import re
from pathlib import Path
from typing import Any

_LINE = re.compile(
    r'^(?P<name>[a-z_][a-z0-9_]*)\s*=\s*(?P<value>"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[\w.-]+)\s*(?:(?:#|//).*)?$'
)
_EMPTY = re.compile(r"^\s*(?:(?:#|//).*)?$")


class TfvarsError(Exception):
    """The file cannot be read. The message names the line."""


def read_tfvars(path: Path) -> dict[str, Any]:
    """Returns the values by name. Raises `TfvarsError`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise TfvarsError(f"{path} cannot be read: {error}") from None
    values: dict[str, Any] = {}
    for number, line in enumerate(lines, 1):
        if _EMPTY.match(line):
            continue
        found = _LINE.match(line.strip())
        try:
            values[found["name"]] = json.loads(found["value"])  # type: ignore[index]
        except (TypeError, ValueError):
            raise TfvarsError(
                f"{path}, line {number}: use NAME = VALUE on one line, with a text, a number, a boolean or a list"
            ) from None
    return values
