"""Checks the promises of the demo."""

from dataclasses import dataclass, field

from local.launcher.errors import ExpectedError


class DemoError(ExpectedError):
    """The demo cannot continue. The message says why and what to do."""


@dataclass(slots=True)
class Verdict:
    """Collects the fulfilled promises of the demo in `kept`, and its broken promises in `broken`."""

    kept: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def note(self, promise: str, fulfilled: bool) -> None:
        (self.kept if fulfilled else self.broken).append(promise)
