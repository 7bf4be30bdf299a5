"""The states that a target goes through, from the results of its health checks.

Sources:
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html ("After
your target is registered, it must pass one health check to be considered healthy")
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
"""

from dataclasses import dataclass
from enum import StrEnum

from localstack_dockerless.services.elbv2.load_balancer.health_check import CheckResult, HealthCheck


class State(StrEnum):
    """The values of TargetHealth.State that occur here."""

    INITIAL = "initial"
    HEALTHY = "healthy"
    UNHEALTHY = "unhealthy"
    UNUSED = "unused"
    DRAINING = "draining"


@dataclass(frozen=True)
class TargetHealth:
    """A target's state with the reason and description that the API gives; both None when healthy."""

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
    """One target's health and the consecutive results that it rests on."""

    def __init__(self) -> None:
        self.health = REGISTERING
        self._successes = 0
        self._failures = 0

    def record(self, result: CheckResult, check: HealthCheck) -> None:
        """Take the result of one check into account."""
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
