"""Waits for tasks of an event loop, with a deadline."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from dockerless_testing.waiting import wait_until

SECONDS = 60.0


async def wait_for[T](condition: Callable[[], T], what: str) -> T:
    """Waits until the result of `condition` is true, and returns the result. The event loop goes on meanwhile."""
    return await asyncio.to_thread(wait_until, condition, SECONDS, what, 0.001)


async def wait_until_begun(*tasks: asyncio.Future[Any]) -> None:
    """Waits until each task has run up to its first `await` that waits."""

    def have_begun() -> bool:
        coroutines = [task.get_coro() for task in tasks if isinstance(task, asyncio.Task)]
        return all(inspect.getcoroutinestate(each) != inspect.CORO_CREATED for each in coroutines)  # type: ignore[arg-type]

    await wait_for(have_begun, "the tasks to begin")
