"""Checks whether the database answers. At most one check runs at a time, however many callers ask."""

import asyncio
from collections.abc import Callable

from sqlalchemy import Engine

from service.postgres import connections
from service.workers import Workers


class HealthCheck:
    """The check has its own thread and connection. So it shows whether the database answers, not whether the service is
    busy. Callers that come during a check share its result. So a flood of /health calls, which need no key, does not
    delay the answer to another caller.
    """

    def __init__(self, pool: Engine, timeout: float, check: Callable[[Engine], None] = connections.check) -> None:
        self._pool = pool
        self._check = check
        self._workers = Workers("health", 1, waiting=1, deadline=timeout)
        self._running: asyncio.Future[None] | None = None

    async def database_answers(self) -> None:
        """Returns if the database answers. Raises the driver's error, or a 503 problem after the timeout."""
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._workers.run(self._check, self._pool))
        await asyncio.shield(self._running)

    def close(self) -> bool:
        """Closes the connection. Returns whether no check was still running."""
        at_rest = self._workers.close()
        self._pool.dispose()
        return at_rest
