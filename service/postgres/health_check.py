"""Whether the database answers, asked at most once at a time however many want to know."""

import asyncio
from collections.abc import Callable

from sqlalchemy import Engine

from service.postgres import connections
from service.workers import Workers


class HealthCheck:
    """A check with a thread and a connection of its own: it tells whether the database answers, not
    whether the service is busy. Callers that come while one runs share its result, so that a flood of
    /health, which needs no key, cannot keep the load balancer's own question waiting.
    """

    def __init__(self, pool: Engine, timeout: float, check: Callable[[Engine], None] = connections.check) -> None:
        self._pool = pool
        self._check = check
        self._workers = Workers("health", 1, waiting=1, deadline=timeout)
        self._running: asyncio.Future[None] | None = None

    async def database_answers(self) -> None:
        """Return if it does; raise the driver's error, or a 503 problem after the timeout."""
        if self._running is None or self._running.done():
            self._running = asyncio.ensure_future(self._workers.run(self._check, self._pool))
        await asyncio.shield(self._running)

    def close(self) -> bool:
        """End its connection. Returns whether no check was left running."""
        at_rest = self._workers.close()
        self._pool.dispose()
        return at_rest
