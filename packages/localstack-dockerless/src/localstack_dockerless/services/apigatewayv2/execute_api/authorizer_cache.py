"""Reads identity sources, and caches the results of authorizers by their values.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html ("Identity
sources", "Caching authorizer responses"). The key is the authorizer with the values of all its identity sources,
not the route: a result serves every route that uses the authorizer, unless `$context.routeKey` is a source.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange
from localstack_dockerless.services.apigatewayv2.execute_api.selection import resolve

_LARGEST = 10_000  # the most results kept; the least recently used one is removed first


def identity(exchange: Exchange, sources: tuple[str, ...]) -> tuple[str, ...] | None:
    """Returns the values of the identity sources, in order. None: one is missing or empty."""
    values = [resolve(exchange, source) for source in sources]
    return None if any(not value for value in values) else tuple(str(value) for value in values)


class AuthorizerCache:
    """Holds answers of authorizer functions with their expiry. It is safe for several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._answers: OrderedDict[tuple[Hashable, ...], tuple[float, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[Hashable, ...]) -> Any | None:
        """Returns the answer of `key`, if it has not expired."""
        with self._lock:
            until, answer = self._answers.get(key, (0.0, None))
            if answer is None or until <= self._clock():
                self._answers.pop(key, None)
                return None
            self._answers.move_to_end(key)
            return answer

    def put(self, key: tuple[Hashable, ...], answer: Any, ttl: float) -> None:
        """Keeps `answer` for `ttl` seconds. With 0 it keeps nothing."""
        if ttl <= 0:
            return
        with self._lock:
            self._answers[key] = (self._clock() + ttl, answer)
            while len(self._answers) > _LARGEST:
                self._answers.popitem(last=False)

    def reset(self, *prefix: Hashable) -> None:
        """Removes the answers whose key begins with `prefix`."""
        with self._lock:
            for key in [key for key in self._answers if key[: len(prefix)] == prefix]:
                del self._answers[key]
