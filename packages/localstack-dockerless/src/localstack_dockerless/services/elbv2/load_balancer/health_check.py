"""What a target group's health check asks for, and what one check found.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
"""

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class HealthCheck:
    """The health check settings of a target group; times in seconds, `port` None for the traffic port."""

    path: str = "/"
    port: int | None = None
    interval: int = 30
    timeout: int = 5
    healthy_threshold: int = 5
    unhealthy_threshold: int = 2
    matcher: str = "200"

    def expects(self, status: int) -> bool:
        """Whether `status` is one of the matcher's codes: `200`, `200,202` or `200-299`."""
        return any(low <= status <= high for low, high in code_ranges(self.matcher))


class Failure(Enum):
    """Why a check failed, as the reason code that DescribeTargetHealth gives."""

    MISMATCH = "Target.ResponseCodeMismatch"
    TIMEOUT = "Target.Timeout"
    FAILED = "Target.FailedHealthChecks"


@dataclass(frozen=True)
class CheckResult:
    """The outcome of one check: `failure` is None for a success; `status` is what the target answered."""

    failure: Failure | None = None
    status: int | None = None

    @property
    def description(self) -> str:
        """The text that DescribeTargetHealth gives beside the reason code."""
        if self.failure is Failure.MISMATCH:
            return f"Health checks failed with these codes: [{self.status}]"
        return "Request timed out" if self.failure is Failure.TIMEOUT else "Health checks failed"


def code_ranges(matcher: str) -> list[tuple[int, int]]:
    """The inclusive ranges of a matcher's HTTP codes.

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
