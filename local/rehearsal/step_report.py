"""Runs steps one after the other, and prints a line for each. A failed step ends the rest, but not the clean-up."""

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from local.launcher.errors import ExpectedError


class StepError(ExpectedError):
    """A step found something wrong. The message says what."""


@dataclass(frozen=True)
class Step:
    """A named piece of work. It returns what it has seen, in a few words, and raises an error if it fails.

    A `cleanup` step runs also after a failure.
    """

    name: str
    work: Callable[[], str]
    cleanup: bool = False


@dataclass
class StepReport:
    """Runs steps and keeps their results."""

    tell: Callable[[str], None]
    lines: list[str] = field(default_factory=list)
    failed: bool = False

    def run(self, steps: Sequence[Step]) -> bool:
        """Runs the steps in order and prints a table of them. Returns whether none has failed."""
        try:
            for number, step in enumerate(steps, start=1):
                self._run(number, step)
        finally:
            self.tell("\nSummary")
            for line in self.lines:
                self.tell(line)
        return not self.failed

    def _run(self, number: int, step: Step) -> None:
        if self.failed and not step.cleanup:
            self.lines.append(f"  {number:2}  not run            {step.name}")
            return
        self.tell(f"\n{number}  {step.name}")
        started = time.monotonic()
        with self._failures(number, step, started):
            seen = step.work()
            self._note(number, step, "passed", started, seen)

    @contextmanager
    def _failures(self, number: int, step: Step, started: float) -> Iterator[None]:
        try:
            yield
        except ExpectedError as error:
            self._fail(number, step, started, str(error))
        except Exception as error:
            self._fail(number, step, started, "".join(traceback.format_exception(error)))

    def _fail(self, number: int, step: Step, started: float, why: str) -> None:
        self.failed = True
        self.tell(why)
        self._note(number, step, "FAILED", started, why.strip().splitlines()[-1])

    def _note(self, number: int, step: Step, how: str, started: float, seen: str) -> None:
        line = f"  {number:2}  {how} {time.monotonic() - started:7.1f} s  {step.name}: {seen}"
        self.lines.append(line)
        self.tell(line)
