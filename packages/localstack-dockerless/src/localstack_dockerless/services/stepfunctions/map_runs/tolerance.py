"""Decides whether more child executions failed than a Map state tolerates.

Without the fields of the definition no child may fail. Where the definition has both fields, each of them holds.
https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maprun-fail-threshold
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Tolerance:
    """The most children that may fail. None: the definition does not have the field."""

    count: int | None
    percentage: float | None

    @classmethod
    def of(cls, state: Mapping[str, Any], count: int, percentage: float) -> "Tolerance":
        """Reads which fields the definition `state` has. `count` and `percentage` are their values."""
        return cls(
            count if {"ToleratedFailureCount", "ToleratedFailureCountPath"} & state.keys() else None,
            percentage if {"ToleratedFailurePercentage", "ToleratedFailurePercentagePath"} & state.keys() else None,
        )

    def is_exceeded(self, failed: int, total: int) -> bool:
        """Returns whether `failed` of `total` children are too many."""
        if self.count is None and self.percentage is None:
            return failed > 0
        return (self.count is not None and failed > self.count) or (
            self.percentage is not None and failed * 100 > self.percentage * total
        )
