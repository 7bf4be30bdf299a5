"""What the demo promises, and whether it came true."""

from dataclasses import dataclass, field

from local.launcher.errors import ExpectedError


class DemoError(ExpectedError):
    """The demo cannot continue. The message says why and what to do."""


@dataclass(slots=True)
class Verdict:
    """Collects the promises of the demo that came true, and those that did not."""

    kept: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def note(self, promise: str, came_true: bool) -> None:
        (self.kept if came_true else self.broken).append(promise)
