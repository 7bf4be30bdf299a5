"""A target's state follows the results of its checks."""

import pytest

from localstack_dockerless.services.elbv2.load_balancer.health_check import CheckResult, Failure, HealthCheck
from localstack_dockerless.services.elbv2.load_balancer.target_state import (
    HEALTHY,
    REGISTERING,
    HealthRecord,
    State,
    TargetHealth,
)

CHECK = HealthCheck(healthy_threshold=3, unhealthy_threshold=2)
OK = CheckResult(status=200)
WRONG = CheckResult(Failure.MISMATCH, 500)
LATE = CheckResult(Failure.TIMEOUT)
DOWN = CheckResult(Failure.FAILED)


def after(*results: CheckResult) -> TargetHealth:
    record = HealthRecord()
    for result in results:
        record.record(result, CHECK)
    return record.health


def test_a_new_target_is_initial() -> None:
    assert after() == REGISTERING
    assert REGISTERING.state is State.INITIAL
    assert REGISTERING.reason == "Elb.RegistrationInProgress"


def test_a_new_target_needs_one_success() -> None:
    assert after(OK) == HEALTHY
    assert after(DOWN, OK) == HEALTHY


def test_a_new_target_that_fails_is_checked_up_to_the_threshold() -> None:
    assert after(DOWN).reason == "Elb.InitialHealthChecking"
    assert after(DOWN, DOWN).state is State.UNHEALTHY


@pytest.mark.parametrize(
    ("result", "reason", "description"),
    [
        (WRONG, "Target.ResponseCodeMismatch", "Health checks failed with these codes: [500]"),
        (LATE, "Target.Timeout", "Request timed out"),
        (DOWN, "Target.FailedHealthChecks", "Health checks failed"),
    ],
)
def test_reasons(result: CheckResult, reason: str, description: str) -> None:
    assert after(OK, result, result) == TargetHealth(State.UNHEALTHY, reason, description)


def test_a_healthy_target_stays_so_below_the_threshold() -> None:
    assert after(OK, DOWN) == HEALTHY
    assert after(OK, DOWN, OK, DOWN) == HEALTHY


def test_an_unhealthy_target_needs_consecutive_successes() -> None:
    assert after(OK, DOWN, DOWN, OK, OK).state is State.UNHEALTHY
    assert after(OK, DOWN, DOWN, OK, OK, DOWN, OK, OK).state is State.UNHEALTHY
    assert after(OK, DOWN, DOWN, OK, OK, OK) == HEALTHY


def test_an_unhealthy_target_tells_the_latest_reason() -> None:
    assert after(DOWN, DOWN, WRONG).reason == "Target.ResponseCodeMismatch"


@pytest.mark.parametrize(
    ("matcher", "status", "expected"),
    [
        ("200", 200, True),
        ("200", 204, False),
        ("200,202", 202, True),
        ("200-299", 299, True),
        ("200-299,404", 404, True),
        ("200-299", 300, False),
    ],
)
def test_matchers(matcher: str, status: int, expected: bool) -> None:
    assert HealthCheck(matcher=matcher).expects(status) == expected
