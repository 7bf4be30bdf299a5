"""Prints a line for each step of the launcher with its time, and the progress of a long step."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from artifacts.progress import Progress


@contextmanager
def step(name: str) -> Iterator[Progress]:
    """Prints the step's name, time and `note` when the step is done. A failed step is printed as FAILED."""
    progress = Progress(name)
    if sys.stdout.isatty():
        progress.show("")
    try:
        yield progress
    except BaseException:
        _line(progress, "FAILED after")
        raise
    _line(progress, "done in")


def _line(progress: Progress, how: str) -> None:
    start = "\r\033[K" if sys.stdout.isatty() else ""
    note = f": {progress.note}" if progress.note else ""
    print(f"{start}  {progress.step:<42} {how} {progress.seconds()}{note}", flush=True)


_CHANGES = ("create", "update", "delete", "replace")


class ApplyProgress:
    """Counts Terraform's events. Shows how many changes are done, and the resource that Terraform waits for."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.planned = 0
        self.done = 0
        self.waiting: dict[str, float] = {}

    def __call__(self, event: dict[str, Any]) -> None:
        kind = event.get("type")
        hook = event.get("hook", {})
        address = hook.get("resource", {}).get("addr", "")
        if kind == "planned_change":
            self.planned += event["change"]["action"] in _CHANGES
        elif kind in ("apply_start", "apply_complete") and hook["action"] not in _CHANGES:
            return  # reading a data source is no change
        elif kind == "apply_start":
            self.waiting[address] = time.monotonic()
        elif kind in ("apply_complete", "apply_errored"):
            self.waiting.pop(address, None)
            self.done += kind == "apply_complete"
        elif kind == "change_summary" and event["changes"]["operation"] == "apply":
            changes = event["changes"]
            self.progress.note = f"{changes['add']} added, {changes['change']} changed, {changes['remove']} removed"
        if kind in ("apply_start", "apply_complete", "apply_progress"):
            self.progress.show(self._text())

    def _text(self) -> str:
        if not self.planned:
            return "reading the existing resources"
        if not self.waiting:
            return f"{self.done}/{self.planned} changes"
        oldest = min(self.waiting, key=lambda address: self.waiting[address])
        since = time.monotonic() - self.waiting[oldest]
        return f"{self.done}/{self.planned} changes, {since:.0f} s on {oldest}"
