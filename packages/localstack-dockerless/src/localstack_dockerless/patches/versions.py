"""Checks once that LocalStack and moto are the versions that the patches were written for."""

from collections.abc import Callable
from importlib import metadata

WANTED = {"localstack-core": "4.14.0", "moto-ext": "5.1.25"}
"""The needed release of each distribution. `pyproject.toml` pins the same releases."""


class WrongVersionError(Exception):
    """LocalStack or moto has another version. The text names the installed and the needed versions, and the command."""


def check(installed: Callable[[str], str] = metadata.version) -> None:
    """Raises `WrongVersionError`. `installed` returns the version of a distribution."""
    found = {name: installed(name) for name in WANTED}
    if found != WANTED:
        raise WrongVersionError(
            f"localstack-dockerless patches {_listed(WANTED, ' ')}, but {_listed(found, ' ')} are installed. "
            f"Run: pip install {_listed(WANTED, '==', ' ')}"
        )


def _listed(versions: dict[str, str], between: str, separator: str = " and ") -> str:
    return separator.join(f"{name}{between}{version}" for name, version in versions.items())
