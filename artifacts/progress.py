"""Shows the progress of a long step. It needs only the standard library."""

import sys
import time


class Progress:
    """Shows a step's progress. It rewrites one line on a terminal, and prints a line every 10 s elsewhere."""

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
        """Clears the line on a terminal, so that a lasting line can be printed there."""
        if sys.stdout.isatty():
            sys.stdout.write("\r\033[K")

    def seconds(self) -> str:
        return f"{time.monotonic() - self.started:.1f} s"
