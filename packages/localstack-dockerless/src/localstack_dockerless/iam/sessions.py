"""The sessions that AssumeRole made, by the access key that each of their calls is signed with."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from localstack_dockerless.iam.principals import Principal

KEPT_BEYOND_EXPIRY = timedelta(days=2)
"""LocalStack gives a function's environment one session for as long as it lives."""
PURGE_EVERY = 1000  # sessions


@dataclass(frozen=True)
class Session:
    principal: Principal
    expires: datetime


class Sessions:
    """Safe for threads."""

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
        """By access key, for the saved state."""
        with self._lock:
            return dict(self._by_key)

    def load(self, saved: dict[str, Session]) -> None:
        """Take up the sessions of a saved state."""
        with self._lock:
            self._by_key = saved | self._by_key

    def _purge(self, before: datetime) -> None:
        self._by_key = {key: session for key, session in self._by_key.items() if session.expires > before}


SESSIONS = Sessions()


def is_session_key(access_key: str) -> bool:
    """Whether LocalStack made the key, for a session; a developer's own key of AWS begins with ASIA or AKIA."""
    return access_key.startswith("LSIA")


def is_user_key(access_key: str) -> bool:
    """Whether LocalStack made the key, for a user."""
    return access_key.startswith("LKIA")
