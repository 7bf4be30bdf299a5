"""Keeps token buckets, one for each route of a stage.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
"""

import threading
import time
from collections.abc import Callable, Hashable

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Throttling


class TokenBuckets:
    """Holds the buckets by key. A key's limits may change between calls. It is safe for several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._buckets: dict[Hashable, tuple[Throttling, float, float]] = {}
        self._lock = threading.Lock()

    def take(self, key: Hashable, limits: Throttling) -> bool:
        """Takes a token from the bucket `key`. Returns False if it is empty. New limits start with a full bucket."""
        now = self._clock()
        with self._lock:
            known, tokens, since = self._buckets.get(key, (limits, float(limits.burst), now))
            if known != limits:
                tokens = float(limits.burst)
            tokens = min(float(limits.burst), tokens + (now - since) * limits.rate)
            granted = tokens >= 1
            self._buckets[key] = (limits, tokens - granted, now)
        return granted
