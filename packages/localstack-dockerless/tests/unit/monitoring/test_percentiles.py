"""A percentile is the smallest value that so many percent of all values do not exceed."""

import pytest

from localstack_dockerless.services.cloudwatch.percentiles import is_percentile, percentile


@pytest.mark.parametrize(("share", "expected"), [(0, 1), (50, 50), (99, 99), (99.9, 100), (100, 100)])
def test_of_a_hundred_values(share: float, expected: float) -> None:
    assert percentile([(value, 1) for value in range(100, 0, -1)], share) == expected


def test_a_count_stands_for_as_many_values() -> None:
    assert percentile([(10.0, 98), (500.0, 2)], 98) == 10
    assert percentile([(10.0, 98), (500.0, 2)], 99) == 500


def test_no_value_has_no_percentile() -> None:
    assert percentile([], 99) is None


@pytest.mark.parametrize("statistic", ["Average", "tm99", "p", "p101", "p-1", "pr(1:2)", "p99.12345678901"])
def test_what_is_no_percentile(statistic: str) -> None:
    assert not is_percentile(statistic)
