"""Two limits bound how much work the service takes on at once. They are its back-pressure.

`AdmissionLimit` bounds the requests whose bodies are here. `Workers` bounds the calls of blocking functions: each has a
thread or waits in line. The number of threads is the number of database connections, so a thread never waits for a
connection. Work waits in line for a bounded time. Work that finds the line full is refused at once.
"""

import asyncio
import contextvars
import functools
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from service import problems


class AdmissionLimit:
    """Admits `number` requests at a time. A request asks for admission once its body is here."""

    def __init__(self, number: int) -> None:
        self._free = number

    @contextmanager
    def admit(self) -> Iterator[None]:
        """Counts a request while the block runs. Raises a 503 problem at once where the limit is reached."""
        if not self._free:
            raise too_much_work()
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1


class Workers:
    """Runs blocking functions on `threads` threads with up to `waiting` more in line.

    Work waits in line for `patience` seconds, by default for the whole `deadline`, which is the time in seconds for
    waiting and running together.
    """

    def __init__(self, name: str, threads: int, waiting: int, deadline: float, patience: float | None = None) -> None:
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._limit = threads + waiting
        self._deadline = deadline
        self._patience = patience
        self._taken: set[Future[Any]] = set()

    @property
    def free(self) -> int:
        """The number of further calls that are taken on now."""
        return self._limit - len(self._taken)

    @property
    def idle(self) -> bool:
        """Whether no work is under way or in line."""
        return not self._taken

    async def run[T, **P](self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Returns or raises the result of `function(*args, **kwargs)`. See `start` and `result`."""
        return await self.result(self.start(function, *args, **kwargs))

    def start[T, **P](self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Puts the function in line. Raises a 503 problem when the line is full."""
        if not self.free:
            raise too_much_work()
        context = contextvars.copy_context()
        future = self._executor.submit(context.run, functools.partial(function, *args, **kwargs))
        self._taken.add(future)
        future.add_done_callback(self._taken.discard)
        return future

    async def result[T](self, future: Future[T]) -> T:
        """Waits for the function. Returns or raises its result.

        Raises a 503 problem when the function does not start in time, or when the deadline passes. A function that
        misses the deadline keeps its thread until it ends, so stuck work cannot pile up.
        """
        try:
            async with asyncio.timeout(self._deadline) as scope:
                return await self._in_turn(future)
        except TimeoutError:
            if not scope.expired():
                raise
            raise problems.unavailable(f"No answer within {self._deadline:g} seconds.") from None

    async def _in_turn[T](self, future: Future[T]) -> T:
        answer = asyncio.wrap_future(future)
        if self._patience is not None:
            await asyncio.wait([answer], timeout=self._patience)
            if future.cancel():
                raise problems.unavailable("The database is slower than requests come.")
        return await answer

    def close(self) -> bool:
        """Takes no more work. Returns whether all threads are idle. It does not wait for them."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        return not self._taken


def too_much_work() -> problems.ProblemError:
    return problems.unavailable("The service has more work than it can take now.", retry_after=1)
