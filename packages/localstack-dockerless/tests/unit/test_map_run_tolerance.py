"""A Map state tolerates as many failed children as its definition says."""

import pytest

from localstack_dockerless.services.stepfunctions.map_runs.tolerance import Tolerance

COUNT, PERCENTAGE = {"ToleratedFailureCount": 2}, {"ToleratedFailurePercentage": 25.0}


@pytest.mark.parametrize(
    ("state", "failed", "exceeded"),
    [
        ({}, 0, False),
        ({}, 1, True),
        (COUNT, 2, False),
        (COUNT, 3, True),
        ({"ToleratedFailureCountPath": "$.count"}, 2, False),
        (PERCENTAGE, 2, False),
        (PERCENTAGE, 3, True),
        (COUNT | PERCENTAGE, 2, False),
        (COUNT | {"ToleratedFailurePercentage": 10.0}, 1, True),
        ({"ToleratedFailureCount": 0} | PERCENTAGE, 1, True),
    ],
)
def test_so_many_of_8_children_may_fail(state: dict[str, float], failed: int, exceeded: bool) -> None:
    count = int(state.get("ToleratedFailureCount", 2))
    tolerance = Tolerance.of(state, count, state.get("ToleratedFailurePercentage", 0.0))
    assert tolerance.is_exceeded(failed, 8) is exceeded
