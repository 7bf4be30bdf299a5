"""Starts the child executions of a map run, so many at a time, and counts how they end."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from queue import Empty, SimpleQueue
from typing import Any

from localstack_dockerless.services.stepfunctions.map_runs.children import ChildExecution, Parent
from localstack_dockerless.services.stepfunctions.map_runs.tolerance import Tolerance

UNLIMITED = 10_000
"""The most child executions at a time.

https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
"""
_POLL_SECONDS = 0.1
_STOPPING_SECONDS = 1.0
_COUNTERS = {"SUCCEEDED": "succeeded", "FAILED": "failed", "TIMED_OUT": "timed_out", "ABORTED": "aborted"}


@dataclass
class Child:
    """Holds a child execution. `status` is the one that the map run counted."""

    index: int
    execution: ChildExecution
    status: str = "RUNNING"
    stop_date: datetime | None = None


@dataclass
class MapRun:
    """Runs the items. `input_of` returns the input of an item's execution, given its index and the item."""

    env: Any
    parent: Parent
    tolerance: Tolerance
    items: Sequence[Any]
    input_of: Callable[[int, Any], Any]
    may_start: Callable[[], None]
    children: list[Child] = field(default_factory=list)
    pending: deque[int] = field(default_factory=deque)
    is_written: bool = False
    _running: dict[str, Child] = field(default_factory=dict)
    _ended: "SimpleQueue[ChildExecution]" = field(default_factory=SimpleQueue)

    def run(self) -> bool:
        """Runs until all items are done, too many failed, or the parent ended. Returns whether all are done.

        Raises the error of `may_start`, which is called before each start.
        """
        self.pending.extend(range(len(self.items)))
        self._count("total", len(self.items))
        self._count("pending", len(self.items))
        try:
            while (self.pending or self._running) and self.env.is_running() and not self.is_exceeded():
                self._start_children()
                self._settle_ended(_POLL_SECONDS)
        finally:
            self._stop_running()
        return not self.pending and self.env.is_running() and not self.is_exceeded()

    def is_exceeded(self) -> bool:
        """Returns whether more children failed than the state tolerates. A child that timed out has failed."""
        failed = sum(child.status in ("FAILED", "TIMED_OUT", "ABORTED") for child in self.children)
        return self.tolerance.is_exceeded(failed, len(self.items))

    def outputs(self) -> list[Any]:
        """Returns the outputs in the order of the items. A child that failed has none."""
        in_order = sorted(self.children, key=lambda child: child.index)
        return [child.execution.output if child.status == "SUCCEEDED" else None for child in in_order]

    def _start_children(self) -> None:
        # Read each time, because UpdateMapRun changes it.
        most = self.parent.record.max_concurrency or UNLIMITED
        while self.pending and len(self._running) < most:
            self.may_start()
            index = self.pending.popleft()
            item_input = self.input_of(index, self.items[index])
            child = Child(index, self.parent.start(item_input, self._ended.put))
            self.children.append(child)
            self._running[child.execution.exec_arn] = child
            self._count("pending", -1)
            self._count("running", 1)

    def _settle_ended(self, seconds: float) -> None:
        """Counts the children that ended. It waits up to `seconds` for the first of them."""
        try:
            execution = self._ended.get(timeout=seconds)
            while True:
                if child := self._running.get(execution.exec_arn):
                    status = execution.exec_status
                    # A worker that failed itself leaves its execution running.
                    self._settle(child, "FAILED" if status == "RUNNING" else status, execution.stop_date)
                execution = self._ended.get_nowait()
        except Empty:
            return

    def _stop_running(self) -> None:
        """Stops the children that run. A function that a child called goes on, as on AWS."""
        for child in self._running.values():
            child.execution.stop(datetime.now(UTC), None, None)
        deadline = time.monotonic() + _STOPPING_SECONDS
        while self._running and time.monotonic() < deadline:
            self._settle_ended(_POLL_SECONDS)
        for child in list(self._running.values()):
            self._settle(child, "ABORTED", datetime.now(UTC))

    def _settle(self, child: Child, status: str, stop_date: datetime | None) -> None:
        del self._running[child.execution.exec_arn]
        child.status, child.stop_date = status, stop_date or datetime.now(UTC)
        self._count("running", -1)
        self._count(_COUNTERS[status], 1)

    def _count(self, counter: str, change: int) -> None:
        for counters in (self.parent.record.execution_counter, self.parent.record.item_counter):
            getattr(counters, counter).offset(change)
