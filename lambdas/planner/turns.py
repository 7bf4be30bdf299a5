"""One run of a day at a time."""

from datetime import date
from typing import TYPE_CHECKING

from lambdas.runtime.run_lock import LockLostError, RunLock

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class DateLocked(Exception):  # noqa: N818  the state machine's contract has this name
    """Another run of the day is under way. The state machine knows this error by its name and waits."""


def take_turn(lock: RunLock, steps: "SFNClient", day: date, run: str) -> None:
    """Make `run` the day's holder, unless another one is still running. Raises `DateLocked`.

    A lock is not given back: an execution that has ended, in whatever way, holds nothing. So there is no
    lease that could be too short, and nothing to clean up after a crash.
    """
    holder = lock.holder(day)
    if holder is not None and holder.run == run:
        return
    if holder is not None and _is_running(steps, holder.run):
        raise DateLocked(f"{day} is being processed by {holder.run}")
    try:
        lock.take(day, run, holder)
    except LockLostError as error:
        raise DateLocked(f"{day} was taken by another run at this moment") from error


def _is_running(steps: "SFNClient", run: str) -> bool:
    # The answer may lag behind; then the execution counts as running for a little longer.
    try:
        return steps.describe_execution(executionArn=run)["status"] in ("RUNNING", "PENDING_REDRIVE")
    except steps.exceptions.ExecutionDoesNotExist:
        return False
