"""Describes a target group's health check and the result of one check.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class HealthCheck:
    """Holds the health check settings of a target group. Times are in seconds. `port` None: the traffic port."""

    path: str = "/"
    port: int | None = None
    interval: int = 30
    timeout: int = 5
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2
    matcher: str = "200"

    def expects(self, status: int) -> bool:
        """Tells whether `status` is one of the matcher's codes: `200`, `200,202` or `200-299`."""
        return any(low <= status <= high for low, high in code_ranges(self.matcher))


class Failure(Enum):
    """Names why a check failed, by the reason codes of DescribeTargetHealth."""

    MISMATCH = "Target.ResponseCodeMismatch"
    TIMEOUT = "Target.Timeout"
    FAILED = "Target.FailedHealthChecks"


@dataclass(frozen=True)
class CheckResult:
    """Holds the result of one check. `failure` is None for a success. `status` is the target's answer."""

    failure: Failure | None = None
    status: int | None = None

    @property
    def description(self) -> str:
        """Returns DescribeTargetHealth's text for the reason code."""
        if self.failure is Failure.MISMATCH:
            return f"Health checks failed with these codes: [{self.status}]"
        return "Request timed out" if self.failure is Failure.TIMEOUT else "Health checks failed"


def code_ranges(matcher: str) -> list[tuple[int, int]]:
    """Returns the inclusive ranges of a matcher's HTTP codes.

    Raises
    ------
    ValueError
        The matcher is not a list of codes and ranges.
    """
    ranges = []
    for part in matcher.split(","):
        low, _, high = part.strip().partition("-")
        ranges.append((int(low), int(high or low)))
    return ranges
