"""In which order a request is offered to the healthy targets, and which target group gets it.

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
    """Orders targets; counts the requests under way on each. Safe to share between threads."""

    def __init__(self) -> None:
        self._turns: Counter[str] = Counter()
        self._outstanding: Counter[T] = Counter()
        self._lock = threading.Lock()

    def order(self, group: str, targets: Sequence[T], algorithm: str) -> list[T]:
        """`targets` of the target group `group`, the one to try first in front.

        `algorithm` is `round_robin` or `least_outstanding_requests`; of equally busy targets the turn decides.
        """
        if not targets:
            return []
        with self._lock:
            turn = self._turns[group] % len(targets)
            self._turns[group] += 1
            turned = [*targets[turn:], *targets[:turn]]
            if algorithm == "least_outstanding_requests":
                turned.sort(key=lambda target: self._outstanding[target])
        return turned

    @contextmanager
    def serving(self, target: T) -> Iterator[None]:
        """Count one request as under way on `target` while the block runs."""
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
    """The ARN of the target group that a forward action sends this request to, by the groups' weights.

    None when every weight is 0, which means that the rule forwards to nothing.
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
