"""Records each call and its decision once, with a count. `report.py` reads the record."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from localstack_dockerless.iam.evaluation import Decision, Match, Policies, Request

MOST_SAMPLES = 20
"""An entry keeps this many different resources and counts further calls. All of them matched the same statements."""


@dataclass
class Entry:
    """Holds all calls of one principal for one action that the same statements decided."""

    principal: str
    origin: str
    action: str
    decision: Decision
    count: int = 0
    samples: dict[str, tuple[Request, Policies]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Key:
    principal: str
    origin: str
    action: str
    allowed: bool
    explicit: bool
    matches: tuple[Match, ...]
    unknown: tuple[str, ...]


class Record:
    """Holds all entries. It is safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[_Key, Entry] = {}

    def add(self, request: Request, policies: Policies, decision: Decision) -> None:
        who, origin = request.principal.identity, request.principal.origin
        outcome = (decision.allowed, decision.explicit, decision.matches, decision.unknown)
        key = _Key(who, origin, request.action, *outcome)
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = self._entries[key] = Entry(who, origin, request.action, decision)
            entry.count += 1
            if len(entry.samples) < MOST_SAMPLES:
                entry.samples.setdefault(request.resource, (request, policies))

    def __iter__(self) -> Iterator[Entry]:
        with self._lock:
            return iter(list(self._entries.values()))

    def save(self) -> list[tuple[_Key, Entry]]:
        """Returns all entries, for the saved state."""
        with self._lock:
            return [(key, replace(entry, samples=dict(entry.samples))) for key, entry in self._entries.items()]

    def load(self, saved: list[tuple[_Key, Entry]]) -> None:
        """Loads the entries of a saved state."""
        with self._lock:
            self._entries = dict(saved) | self._entries
