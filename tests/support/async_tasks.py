"""Waits for tasks of an event loop, with a deadline."""

import asyncio
import inspect
from typing import Any

from dockerless_testing.waiting import wait_until

SECONDS = 60.0


async def wait_until_begun(*tasks: asyncio.Future[Any]) -> None:
    """Waits until each task has run up to its first `await` that waits."""

    def have_begun() -> bool:
        coroutines = [task.get_coro() for task in tasks if isinstance(task, asyncio.Task)]
        return all(inspect.getcoroutinestate(each) != inspect.CORO_CREATED for each in coroutines)  # type: ignore[arg-type]

    # In a thread, so that the loop goes on.
    await asyncio.to_thread(wait_until, have_begun, SECONDS, "the tasks to begin", 0.001)
