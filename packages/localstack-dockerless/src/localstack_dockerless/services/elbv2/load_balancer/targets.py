"""Holds the registered targets of every target group by address and port, with their health.

moto keeps targets by address only, so that two targets of one address replace each other.
"""

import copy
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from localstack_dockerless.services.elbv2.load_balancer.target_state import (
    DRAINING,
    NOT_REGISTERED,
    REGISTERING,
    HealthRecord,
    State,
    TargetHealth,
)


@dataclass(frozen=True, order=True)
class Address:
    """Holds the address and the port on which a target listens."""

    host: str
    port: int


@dataclass
class Target:
    """Holds a target of a group with its health.

    In monotonic seconds: when its next check is due, from when on a failure of a new target counts, and until when it
    drains.
    """

    address: Address
    record: HealthRecord = field(default_factory=HealthRecord)
    next_check: float = 0.0
    next_failure: float = 0.0
    checking: bool = False
    draining_until: float | None = None


@dataclass(frozen=True)
class SavedTarget:
    """Holds a target in a saved state. `drains_for` is in seconds. None: it does not drain."""

    group: str
    address: Address
    record: HealthRecord
    drains_for: float | None


class TargetRegistry:
    """Holds every target group's targets by the group's ARN. It is safe for several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._groups: dict[str, dict[Address, Target]] = {}
        self._lock = threading.RLock()

    def register(self, group: str, addresses: list[Address]) -> None:
        """Adds targets. A registered target stays as it is. A draining target starts again."""
        with self._lock:
            targets = self._groups.setdefault(group, {})
            for address in addresses:
                known = targets.get(address)
                if known is None or known.draining_until is not None:
                    targets[address] = Target(address)

    def deregister(self, group: str, addresses: list[Address], delay: float) -> None:
        """Drains targets for `delay` seconds: they get no new request, are shown as draining, and are then removed."""
        with self._lock:
            for address in addresses:
                target = self._groups.get(group, {}).get(address)
                if target is not None and target.draining_until is None:
                    target.draining_until = self._clock() + delay

    def forget(self, group: str) -> None:
        """Removes a deleted target group."""
        with self._lock:
            self._groups.pop(group, None)

    def groups(self) -> list[str]:
        """Returns the ARNs of the groups that have targets."""
        with self._lock:
            return list(self._groups)

    def targets(self, group: str) -> list[Target]:
        """Returns the group's targets, without drained ones."""
        with self._lock:
            targets = self._groups.get(group, {})
            now = self._clock()
            for address in [a for a, t in targets.items() if t.draining_until is not None and t.draining_until <= now]:
                del targets[address]
            return list(targets.values())

    def active(self, group: str) -> list[Target]:
        """Returns the group's targets that get health checks: every target that does not drain."""
        return [target for target in self.targets(group) if target.draining_until is None]

    def healthy(self, group: str) -> list[Address]:
        """Returns the addresses that get requests, in a stable order."""
        return sorted(target.address for target in self.active(group) if target.record.health.state is State.HEALTHY)

    def start_over(self, group: str) -> None:
        """Resets the results of a group that is not in use: its next checks are initial checks."""
        with self._lock:
            for target in self.active(group):
                if target.record.health is not REGISTERING:
                    target.record = HealthRecord()
                target.next_check = target.next_failure = 0.0

    def health(self, group: str, address: Address) -> TargetHealth:
        """Returns DescribeTargetHealth's answer for one target."""
        target = next((t for t in self.targets(group) if t.address == address), None)
        if target is None:
            return NOT_REGISTERED
        return target.record.health if target.draining_until is None else DRAINING

    def save(self) -> list[SavedTarget]:
        """Returns all targets, for the saved state."""
        with self._lock:
            now = self._clock()
            return [
                SavedTarget(group, target.address, copy.copy(target.record), _remaining(target, now))
                for group in self._groups
                for target in self.targets(group)
            ]

    def load(self, saved: list[SavedTarget]) -> None:
        """Loads the targets of a saved state. Each target is checked at once."""
        with self._lock:
            now = self._clock()
            for each in saved:
                until = None if each.drains_for is None else now + each.drains_for
                target = Target(each.address, each.record, draining_until=until)
                self._groups.setdefault(each.group, {})[each.address] = target


def _remaining(target: Target, now: float) -> float | None:
    return None if target.draining_until is None else max(target.draining_until - now, 0.0)
