"""Orders the healthy targets for a request, and chooses the target group.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-target-groups.html
("Routing algorithms": round robin, least outstanding requests) and the weights of forward actions.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class Balancer[T: Hashable]:
    """Orders targets, and counts the requests under way on each. It is safe for several threads."""

    def __init__(self) -> None:
        self._turns: Counter[str] = Counter()
        self._outstanding: Counter[T] = Counter()
        self._lock = threading.Lock()

    def order(self, group: str, targets: Sequence[T], algorithm: str) -> list[T]:
        """Returns `targets` of the target group `group` in the order of their trial.

        `algorithm` is `round_robin`, `least_outstanding_requests` or `weighted_random`. Round robin orders equally busy
        targets.
        """
        if not targets:
            return []
        with self._lock:
            turn = self._turns[group] % len(targets)
            self._turns[group] += 1
            turned = [*targets[turn:], *targets[:turn]]
            if algorithm == "least_outstanding_requests":
                turned.sort(key=lambda target: self._outstanding[target])
            elif algorithm == "weighted_random":  # without anomaly mitigation all weights are equal
                random.shuffle(turned)
        return turned

    @contextmanager
    def serving(self, target: T) -> Iterator[None]:
        """Counts one request as under way on `target` while the block runs."""
        with self._lock:
            self._outstanding[target] += 1
        try:
            yield
        finally:
            with self._lock:
                self._outstanding[target] -= 1
                if not self._outstanding[target]:
                    del self._outstanding[target]


def choose_group(action: dict[str, Any], pick: Callable[[], float] = random.random) -> str | None:
    """Returns the ARN of the target group for this request of a forward action, by the groups' weights.

    None: every weight is 0, so the rule forwards to no group.
    """
    groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
    if not groups:
        return str(action["TargetGroupArn"])
    weights = [int(group.get("Weight", 1)) for group in groups]
    point = pick() * sum(weights)
    for group, weight in zip(groups, weights, strict=True):
        if point < weight:
            return str(group["TargetGroupArn"])
        point -= weight
    return None
