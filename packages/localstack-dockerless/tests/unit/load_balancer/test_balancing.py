"""Targets are tried in the algorithm's order, and target groups by their weights."""

import pytest

from localstack_dockerless.services.elbv2.load_balancer.balancing import Balancer, choose_group


def test_round_robin_gives_each_target_its_turn() -> None:
    balancer: Balancer[str] = Balancer()
    firsts = [balancer.order("g", ["a", "b", "c"], "round_robin")[0] for _ in range(6)]
    assert firsts == ["a", "b", "c", "a", "b", "c"]


def test_the_others_follow_in_case_the_first_cannot_be_reached() -> None:
    balancer: Balancer[str] = Balancer()
    balancer.order("g", ["a", "b", "c"], "round_robin")
    assert balancer.order("g", ["a", "b", "c"], "round_robin") == ["b", "c", "a"]


def test_no_targets_no_order() -> None:
    assert Balancer[str]().order("g", [], "round_robin") == []


def test_least_outstanding_requests_prefers_the_idle_target() -> None:
    balancer: Balancer[str] = Balancer()
    with balancer.serving("a"), balancer.serving("a"), balancer.serving("b"):
        for _ in range(3):
            assert balancer.order("g", ["a", "b", "c"], "least_outstanding_requests") == ["c", "b", "a"]


@pytest.mark.parametrize(("point", "expected"), [(0.0, "one"), (0.74, "one"), (0.76, "two"), (0.99, "two")])
def test_weights(point: float, expected: str) -> None:
    groups = [{"TargetGroupArn": "one", "Weight": 3}, {"TargetGroupArn": "two", "Weight": 1}]
    assert choose_group({"ForwardConfig": {"TargetGroups": groups}}, lambda: point) == expected


def test_a_group_without_weight_is_never_chosen() -> None:
    groups = [{"TargetGroupArn": "one", "Weight": 0}, {"TargetGroupArn": "two", "Weight": 1}]
    assert choose_group({"ForwardConfig": {"TargetGroups": groups}}, lambda: 0.0) == "two"
    assert choose_group({"ForwardConfig": {"TargetGroups": groups[:1]}}, lambda: 0.0) is None


def test_a_plain_forward_has_one_group() -> None:
    assert choose_group({"Type": "forward", "TargetGroupArn": "one"}) == "one"
