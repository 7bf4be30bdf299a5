"""Computes the states of a target from the results of its health checks.

Sources:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html ("After
your target is registered, it must pass one health check to be considered healthy")
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
"""

from dataclasses import dataclass
from enum import StrEnum

from localstack_dockerless.services.elbv2.load_balancer.health_check import CheckResult, HealthCheck


class State(StrEnum):
    """Lists the values of TargetHealth.State that occur here."""

    INITIAL = "initial"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    UNUSED = "unused"
    DRAINING = "draining"


@dataclass(frozen=True)
class TargetHealth:
    """Holds a target's state with the API's reason and description. Both are None when it is healthy."""

    state: State
    reason: str | None = None
    description: str | None = None


REGISTERING = TargetHealth(State.INITIAL, "Elb.RegistrationInProgress", "Target registration is in progress")
CHECKING = TargetHealth(State.INITIAL, "Elb.InitialHealthChecking", "Initial health checks in progress")
HEALTHY = TargetHealth(State.HEALTHY)
DRAINING = TargetHealth(State.DRAINING, "Target.DeregistrationInProgress", "Target deregistration is in progress")
NOT_IN_USE = TargetHealth(
    State.UNUSED,
    "Target.NotInUse",
    "Target group is not configured to receive traffic from the load balancer",
)
NOT_REGISTERED = TargetHealth(State.UNUSED, "Target.NotRegistered", "Target is not registered to the target group")


class HealthRecord:
    """Holds one target's health and the consecutive results behind it."""

    def __init__(self) -> None:
        self.health = REGISTERING
        self._successes = 0
        self._failures = 0

    def record(self, result: CheckResult, check: HealthCheck) -> None:
        """Adds the result of one check."""
        if result.failure is None:
            self._succeeded(check)
        else:
            self._failed(result, check)

    def _succeeded(self, check: HealthCheck) -> None:
        self._failures = 0
        self._successes += 1
        needed = check.healthy_threshold if self.health.state is State.UNHEALTHY else 1
        if self._successes >= needed:
            self.health = HEALTHY

    def _failed(self, result: CheckResult, check: HealthCheck) -> None:
        assert result.failure is not None  # noqa: S101 -- for the type checker; record() has decided it
        self._successes = 0
        self._failures += 1
        if self._failures >= check.unhealthy_threshold or self.health.state is State.UNHEALTHY:
            self.health = TargetHealth(State.UNHEALTHY, result.failure.value, result.description)
        elif self.health.state is State.INITIAL:
            self.health = CHECKING
