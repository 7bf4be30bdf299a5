"""Results of a container's health check become a state as the container runtime does it."""

from localstack_dockerless.services.ecs.agent.health_checks import Counter


def states(results: str, retries: int = 2, start_period: float = 0.0) -> list[str]:
    """Returns the state after each result: `.` for success, `x` for failure, one a second."""
    counter = Counter(retries, start_period)
    found: list[str] = []
    for age, result in enumerate(results, start=1):
        counter.add(float(age), passed=result == ".")
        found.append(counter.state)
    return found


def test_one_success_is_healthy_and_retries_failures_in_a_row_are_not():
    assert states(".x.xx.") == ["HEALTHY", "HEALTHY", "HEALTHY", "HEALTHY", "UNHEALTHY", "HEALTHY"]


def test_failures_within_the_start_period_do_not_count():
    assert states("xxxx", start_period=2.0) == ["UNKNOWN", "UNKNOWN", "UNKNOWN", "UNHEALTHY"]


def test_failures_count_within_the_start_period_after_a_success():
    assert states(".xx", start_period=60.0) == ["HEALTHY", "HEALTHY", "UNHEALTHY"]
