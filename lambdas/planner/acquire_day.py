"""A run acquires its day. So only one run of a day is under way at a time."""

from datetime import date
from typing import TYPE_CHECKING

from lambdas.runtime.day_lock import DayLock, LockLostError

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient


class DateLocked(Exception):  # noqa: N818  the state machine's contract has this name
    """Another run of the day is under way. The state machine knows this error by its name, and waits."""


def acquire_day(lock: DayLock, steps: "SFNClient", day: date | str, run: str) -> None:
    """Makes `run` the holder of the day, unless another holder is still running. Raises `DateLocked`.

    No run gives its lock back. An execution that has ended holds nothing, however it ended. So there is no lease that
    could be too short, and nothing to clean up after a crash.
    """
    holder = lock.holder(day)
    if holder is not None and holder.run == run:
        return
    if holder is not None and _is_running(steps, holder.run):
        raise DateLocked(f"{day} is being processed by {holder.run}")
    try:
        lock.acquire(day, run, holder)
    except LockLostError as error:
        raise DateLocked(f"{day} was taken by another run at this moment") from error


def _is_running(steps: "SFNClient", run: str) -> bool:
    # The answer may lag behind; then the execution counts as running for a little longer.
    try:
        return steps.describe_execution(executionArn=run)["status"] in ("RUNNING", "PENDING_REDRIVE")
    except steps.exceptions.ExecutionDoesNotExist:
        return False
