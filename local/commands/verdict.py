"""What the demo promises, and whether it came true."""

from dataclasses import dataclass, field

from local.launcher.errors import ExpectedError


class DemoError(ExpectedError):
    """The demo cannot go on; the message says why and what to do."""


@dataclass(slots=True)
class Verdict:
    """What was promised and whether it came true."""

    kept: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    def note(self, promise: str, came_true: bool) -> None:
        (self.kept if came_true else self.broken).append(promise)
