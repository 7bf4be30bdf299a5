"""Reads `explanations.toml`: the modules that are run, and why which tests fail."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path


@dataclass(frozen=True)
class Explanation:
    """Says why tests fail. `tests` are patterns of their names, `messages` texts one of them is in the failure."""

    kind: str
    """The class of the failure, a key of `KINDS`."""
    why: str
    tests: Sequence[str] = ()
    messages: Sequence[str] = ()

    def fits(self, test: str, failure: str) -> bool:
        """Returns whether this explains the failure of a test."""
        return any(fnmatchcase(test, pattern) for pattern in self.tests) or any(
            message in failure for message in self.messages
        )


@dataclass(frozen=True)
class Explanations:
    """All modules and explanations. `kinds` has the title of each class."""

    modules: Sequence[str]
    kinds: dict[str, str]
    entries: Sequence[Explanation]

    def of(self, test: str, failure: str) -> Explanation | None:
        """Returns the first explanation of a failure, or None."""
        return next((entry for entry in self.entries if entry.fits(test, failure)), None)


def read(file: Path) -> Explanations:
    """Reads a file. Raises `KeyError` where an explanation names a class that is not there."""
    found = tomllib.loads(file.read_text())
    entries = [Explanation(**entry) for entry in found["explanations"]]
    for entry in entries:
        found["kinds"][entry.kind]
    return Explanations(found["modules"], found["kinds"], entries)
