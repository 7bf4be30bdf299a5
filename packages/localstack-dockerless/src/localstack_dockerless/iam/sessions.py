"""Keeps the sessions that AssumeRole made, by the access key that signs their calls."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from localstack_dockerless.iam.principals import Principal

KEPT_BEYOND_EXPIRY = timedelta(days=2)
"""A session is kept this long after its expiry: LocalStack gives an environment one session for its whole life."""
PURGE_EVERY = 1000  # sessions


@dataclass(frozen=True)
class Session:
    principal: Principal
    expires: datetime


class Sessions:
    """Holds the sessions by access key. It is safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_key: dict[str, Session] = {}

    def add(self, access_key: str, principal: Principal, expires: datetime) -> None:
        with self._lock:
            self._by_key[access_key] = Session(principal, expires)
            if len(self._by_key) % PURGE_EVERY == 0:
                self._purge(datetime.now(UTC) - KEPT_BEYOND_EXPIRY)

    def find(self, access_key: str) -> Principal | None:
        session = self._by_key.get(access_key)
        return session.principal if session else None

    def save(self) -> dict[str, Session]:
        """Returns the sessions by access key, for the saved state."""
        with self._lock:
            return dict(self._by_key)

    def load(self, saved: dict[str, Session]) -> None:
        """Loads the sessions of a saved state."""
        with self._lock:
            self._by_key = saved | self._by_key

    def _purge(self, before: datetime) -> None:
        self._by_key = {key: session for key, session in self._by_key.items() if session.expires > before}


SESSIONS = Sessions()


def is_session_key(access_key: str) -> bool:
    """Tells whether LocalStack made the key for a session. A developer's own key of AWS begins with ASIA or AKIA."""
    return access_key.startswith("LSIA")


def is_user_key(access_key: str) -> bool:
    """Tells whether LocalStack made the key for a user."""
    return access_key.startswith("LKIA")
