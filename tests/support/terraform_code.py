"""Reads the Terraform of this repository as data, without Terraform and without a provider."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import hcl2

TERRAFORM = Path(__file__).parents[2] / "terraform"
BLOCK_KINDS = ("resource", "data", "ephemeral")
NOISE = {"__comments__", "__inline_comments__", "__is_block__"}


@dataclass(frozen=True)
class Block:
    """A block is a resource, a data source or an ephemeral resource."""

    kind: str
    type: str
    name: str
    body: dict[str, Any]
    file: Path

    @property
    def module(self) -> str:
        """The name of the module's folder. It is `terraform` for the root module."""
        return self.file.parent.name

    def __str__(self) -> str:
        return f"{self.module}: {self.type}.{self.name}"


BOOTSTRAP = TERRAFORM / "bootstrap"
"""A configuration of its own: what GitHub needs before it can deploy."""


@cache
def files() -> tuple[Path, ...]:
    """Returns every `.tf` file that belongs to the configuration of the system."""
    return tuple(path for path in _all_files() if BOOTSTRAP not in path.parents)


@cache
def _all_files() -> tuple[Path, ...]:
    return tuple(
        path
        for path in sorted(TERRAFORM.rglob("*.tf"))
        if ".terraform" not in path.parts and not path.name.endswith("_override.tf")
    )


@cache
def parsed(path: Path) -> dict[str, Any]:
    """Returns a file's content, with strings without their quotes and expressions as `${...}`."""
    with path.open() as file:
        content: dict[str, Any] = _plain(hcl2.load(file))
    return content


def blocks(block_type: str | None = None, kind: str = "resource") -> list[Block]:
    """Returns all blocks of a kind, or only the blocks of one type such as `aws_sqs_queue`."""
    return [block for block in _all_blocks() if block.kind == kind and block_type in (None, block.type)]


def named(section: str, folder: Path) -> dict[str, Any]:
    """Returns the `variable`, `output` or `module` blocks of one module's folder, by name and in order."""
    return {
        name: body
        for path in _all_files()
        if path.parent == folder
        for entry in parsed(path).get(section, [])
        for name, body in entry.items()
    }


def local_values(folder: Path) -> dict[str, Any]:
    """Returns the `locals` of one module's folder."""
    return {
        name: value
        for path in _all_files()
        if path.parent == folder
        for entry in parsed(path).get("locals", [])
        for name, value in entry.items()
    }


def expressions(value: Any) -> Iterator[str]:
    """Yields every string and expression below `value`."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from expressions(item)
    elif isinstance(value, list):
        for item in value:
            yield from expressions(item)
    elif isinstance(value, str):
        yield value


def bootstrap_blocks(block_type: str, kind: str = "resource") -> list[Block]:
    """Returns the blocks of one type in `terraform/bootstrap`."""
    return [
        block
        for block in _blocks_of(_all_files())
        if BOOTSTRAP in block.file.parents and block.kind == kind and block.type == block_type
    ]


@cache
def _all_blocks() -> tuple[Block, ...]:
    return _blocks_of(files())


def _blocks_of(paths: tuple[Path, ...]) -> tuple[Block, ...]:
    return tuple(
        Block(kind, block_type, name, body, path)
        for path in paths
        for kind in BLOCK_KINDS
        for entry in parsed(path).get(kind, [])
        for block_type, by_name in entry.items()
        for name, body in by_name.items()
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items() if key not in NOISE}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, str) and len(value) > 1 and value.startswith('"') and value.endswith('"'):
        return value[1:-1]
    return value
