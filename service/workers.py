"""Back-pressure: how much work the service takes on at once, and what happens to the rest.

The number of threads is the number of database connections, so a thread never waits for a connection.
Work beyond that waits in line for a bounded time, and work beyond the line is refused at once.
"""

import asyncio
import contextvars
import functools
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from service import problems


class Workers:
    """Runs blocking functions on `threads` threads with up to `waiting` more in line.

    `deadline` is the time in seconds for waiting and running together.
    """

    def __init__(self, name: str, threads: int, waiting: int, deadline: float) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._places = threads + waiting
        self._deadline = deadline
        self._taken: set[Future[Any]] = set()

    async def run[T, **P](self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function(*args, **kwargs)` returns or raises.

        Raises a 503 problem when the line is full or the deadline passes. A function that is running then
        goes on to its end and keeps its place until there, so that stuck work cannot pile up.
        """
        if len(self._taken) >= self._places:
            raise problems.unavailable("The service has more work than it can take now.", retry_after=1)
        context = contextvars.copy_context()
        future = self._executor.submit(context.run, functools.partial(function, *args, **kwargs))
        self._taken.add(future)
        future.add_done_callback(self._taken.discard)
        try:
            async with asyncio.timeout(self._deadline) as scope:
                return await asyncio.wrap_future(future)
        except TimeoutError:
            if not scope.expired():
                raise
            raise problems.unavailable(f"No answer within {self._deadline:g} seconds.") from None

    def close(self) -> bool:
        """Take no more work. Returns whether all threads are at rest; it does not wait for them."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        return not self._taken
