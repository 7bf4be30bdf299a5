"""Shows how far a long step is. Standard library only."""

import sys
import time


class Progress:
    """A step's progress: rewritten in place on a terminal, a line every ten seconds elsewhere."""

    def __init__(self, step: str) -> None:
        self.step = step
        self.started = time.monotonic()
        self.note = ""
        self._printed = self.started

    def show(self, text: str) -> None:
        now = time.monotonic()
        if sys.stdout.isatty():
            sys.stdout.write(f"\r\033[K  {self.step} ... {text[:100]}")
            sys.stdout.flush()
        elif now - self._printed >= 10:
            self._printed = now
            print(f"    {self.step}: {text}", flush=True)

    def clear(self) -> None:
        """Make room on a terminal for a line that stays."""
        if sys.stdout.isatty():
            sys.stdout.write("\r\033[K")

    def seconds(self) -> str:
        return f"{time.monotonic() - self.started:.1f} s"
