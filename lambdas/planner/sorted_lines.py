"""Sorts more lines than memory holds: sorted runs in compressed files, merged line by line."""

import gzip
from collections.abc import Iterator
from contextlib import ExitStack
from heapq import merge
from pathlib import Path

RUN_LINES = 25_000
"""The lines that memory holds: about 10 MB of customers."""


class SortedLines:
    """Takes ASCII lines in any order, and yields them in order. `scratch` holds the runs."""

    def __init__(self, scratch: Path, run_lines: int = RUN_LINES) -> None:
        self._scratch = scratch
        self._run_lines = run_lines
        self._held: list[str] = []
        self._runs: list[Path] = []
        self.count = 0

    def add(self, line: str) -> None:
        """Takes a line, which ends with a line break."""
        self._held.append(line)
        self.count += 1
        if len(self._held) >= self._run_lines:
            self._write_run()

    def __iter__(self) -> Iterator[str]:
        """Yields all lines in order."""
        self._held.sort()
        with ExitStack() as stack:
            runs = [stack.enter_context(gzip.open(run, "rt", encoding="ascii")) for run in self._runs]
            yield from merge(*runs, self._held)

    def _write_run(self) -> None:
        self._held.sort()
        run = self._scratch / f"run-{len(self._runs)}.gz"
        with gzip.open(run, "wt", compresslevel=1, encoding="ascii") as file:
            file.writelines(self._held)
        self._runs.append(run)
        self._held = []
