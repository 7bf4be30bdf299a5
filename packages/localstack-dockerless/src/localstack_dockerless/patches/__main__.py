"""Writes `docs/patches.md` from the registry.

Run it in an environment with LocalStack: `python -m localstack_dockerless.patches > docs/patches.md`. Two tests hold
the file to the code: a unit test without LocalStack, by the targets in the sources, and an integration test with it.
"""

import sys
from collections.abc import Iterator
from importlib import import_module

from localstack_dockerless.patches.patch import START, Patch
from localstack_dockerless.patches.registry import PATCHES
from localstack_dockerless.patches.versions import WANTED

VERSIONS = " and ".join(f"{name} {version}" for name, version in WANTED.items())
HEAD = f"""\
# Patches

`python -m localstack_dockerless.patches` writes this file from `src/localstack_dockerless/patches/`. Do not edit it by
hand.

The package changes {VERSIONS} in memory, while LocalStack runs. It checks both
versions once, when LocalStack starts. On other versions LocalStack does not start, and the error names both versions.
Each patch below is one module. Its targets are the objects that it changes.
"""


def render() -> str:
    """Returns the whole file."""
    return "\n".join([HEAD, *(line for name, patch in PATCHES.items() for line in _section(name, patch))])


def _section(name: str, patch: Patch) -> Iterator[str]:
    documentation = import_module(f"localstack_dockerless.patches.{name}").__doc__ or ""
    yield f"## {name}\n"
    yield f"{documentation.splitlines()[0]}\n"
    yield f"- Without it: {patch.why}"
    yield f"- Source: <{patch.source}>"
    yield f"- Applied: {_moment(patch)}"
    yield "- Targets:"
    yield from (f"  - `{change.target}`{' (added)' if change.is_new else ''}" for change in patch.changes)
    yield ""


def _moment(patch: Patch) -> str:
    moment = "when LocalStack starts" if patch.when == START else f"before the first call of `{patch.when}`"
    return f"{moment}, if {patch.only_if.text}" if patch.only_if else moment


if __name__ == "__main__":
    sys.stdout.write(render())
