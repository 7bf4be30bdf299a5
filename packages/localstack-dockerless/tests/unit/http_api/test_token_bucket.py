"""Token buckets follow a clock that the test moves."""

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Throttling
from localstack_dockerless.services.apigatewayv2.execute_api.token_bucket import TokenBuckets


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_the_burst_passes_at_once_and_the_rate_refills() -> None:
    clock = Clock()
    buckets, limits = TokenBuckets(clock), Throttling(rate=2.0, burst=3)
    assert [buckets.take("k", limits) for _ in range(4)] == [True, True, True, False]
    clock.now = 0.5
    assert [buckets.take("k", limits) for _ in range(2)] == [True, False]
    clock.now = 100.0
    assert [buckets.take("k", limits) for _ in range(4)] == [True, True, True, False]


def test_keys_do_not_share_tokens() -> None:
    buckets, limits = TokenBuckets(Clock()), Throttling(rate=0.0, burst=1)
    assert buckets.take("a", limits)
    assert buckets.take("b", limits)
    assert not buckets.take("a", limits)


def test_a_limit_of_zero_lets_nothing_pass() -> None:
    assert not TokenBuckets(Clock()).take("k", Throttling(rate=0.0, burst=0))


def test_changed_limits_apply_at_once() -> None:
    buckets = TokenBuckets(Clock())
    assert not buckets.take("k", Throttling(rate=0.0, burst=0))
    assert buckets.take("k", Throttling(rate=0.0, burst=1))
