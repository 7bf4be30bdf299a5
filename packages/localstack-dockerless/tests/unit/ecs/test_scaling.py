"""The desired count follows slots that join and leave, within the limits of a scalable target."""

from dataclasses import replace

import pytest

from localstack_dockerless.services.ecs.scaling import PlaceChanges, ScalableTarget, desired_count

LIMITS = ScalableTarget(least=2, most=4, follows=True)
JOINED = PlaceChanges(joined=True)


@pytest.mark.parametrize(
    ("current", "places", "changes", "wanted"),
    [
        pytest.param(2, 4, JOINED, 4, id="two joined"),
        pytest.param(2, 9, JOINED, 4, id="more than the most"),
        pytest.param(0, 0, JOINED, 2, id="less than the least"),
        pytest.param(4, 3, JOINED, 4, id="one joined while others are missed"),
        pytest.param(4, 2, PlaceChanges(left=2), 2, id="two left"),
        pytest.param(2, 1, PlaceChanges(left=1), 2, id="one left, to be renewed"),
        pytest.param(4, 2, PlaceChanges(left=1), 3, id="one left, another was lost"),
        pytest.param(2, 3, PlaceChanges(left=1), 2, id="an idle place left"),
        pytest.param(4, 4, PlaceChanges(joined=True, left=1), 4, id="one left and another came"),
    ],
)
def test_the_desired_count_follows_the_places(current: int, places: int, changes: PlaceChanges, wanted: int) -> None:
    assert desired_count(current, places, changes, LIMITS) == wanted


def test_suspended_scaling_changes_nothing() -> None:
    no_growth, no_shrinking = replace(LIMITS, out_suspended=True), replace(LIMITS, in_suspended=True)
    assert desired_count(2, 4, JOINED, no_growth) == 2
    assert desired_count(4, 2, PlaceChanges(left=2), no_growth) == 2
    assert desired_count(4, 2, PlaceChanges(left=2), no_shrinking) == 4
    assert desired_count(2, 4, JOINED, no_shrinking) == 4


@pytest.mark.parametrize(
    ("current", "changes", "wanted"),
    [
        pytest.param(1, PlaceChanges(limits=True), 1, id="within the range at first"),
        pytest.param(1, JOINED, 1, id="places joined"),
        pytest.param(3, PlaceChanges(left=2), 3, id="places left"),
        pytest.param(0, PlaceChanges(limits=True), 1, id="below the range"),
        pytest.param(9, PlaceChanges(limits=True), 4, id="above the range"),
    ],
)
def test_without_a_policy_the_range_alone_counts(current: int, changes: PlaceChanges, wanted: int) -> None:
    assert desired_count(current, 2, changes, ScalableTarget(least=1, most=4)) == wanted


def test_registering_a_target_is_no_place_that_joined() -> None:
    assert desired_count(2, 4, PlaceChanges(limits=True), LIMITS) == 2
