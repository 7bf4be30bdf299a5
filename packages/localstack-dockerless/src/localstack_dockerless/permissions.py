"""Finds the permissions of every service, for IAM's registry.

It finds each module `services/<service>/permissions.py` and `iam/services/<service>.py` that has `PERMISSIONS`.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from localstack_dockerless.iam.registry import Permissions, Registry

HERE = Path(__file__).parent


def registry() -> Registry:
    """Returns the tables of all services."""
    return Registry(_tables())


def _tables() -> Iterator[Permissions]:
    own = sorted(HERE.glob("services/*/permissions.py"))
    others = sorted(path for path in HERE.glob("iam/services/*.py") if path.stem != "__init__")
    for path in (*own, *others):
        name = ".".join(path.relative_to(HERE).with_suffix("").parts)
        table: Permissions = import_module(f"localstack_dockerless.{name}").PERMISSIONS
        yield table
