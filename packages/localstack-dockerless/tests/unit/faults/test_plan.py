"""A planned fault fails the planned calls, and no other call."""

from typing import Any

import pytest

from localstack_dockerless.faults.plan import Plan, PlanError

PUT = {"service": "s3", "operation": "PutObject", "code": "SlowDown", "status": 503, "calls": 2}


def hits(plan: Plan, count: int, operation: str = "PutObject", **request: str) -> list[bool]:
    return [plan.meet("s3", operation, request) is not None for _ in range(count)]


def test_a_bounded_number_of_calls_is_hit() -> None:
    plan = Plan()
    fault = plan.add(PUT)
    assert hits(plan, 4) == [True, True, False, False]
    assert (fault.hit, fault.passed) == (2, 0)


def test_the_first_calls_pass_where_asked_for() -> None:
    plan = Plan()
    plan.add({**PUT, "after": 1, "calls": 1})
    assert hits(plan, 3) == [False, True, False]


def test_only_calls_with_the_parameters_are_concerned() -> None:
    plan = Plan()
    plan.add({**PUT, "parameters": {"Bucket": "-exported-", "Key": r"\.parquet$"}})
    assert hits(plan, 1, Bucket="example-exported-0", Key="a.json") == [False]
    assert hits(plan, 1, Bucket="example-exported-0") == [False]
    assert hits(plan, 1, Bucket="example-exported-0", Key="a.parquet") == [True]


def test_other_operations_are_left_alone() -> None:
    plan = Plan()
    plan.add(PUT)
    assert hits(plan, 1, "GetObject") == [False]
    assert plan.meet("sqs", "PutObject", {}) is None


def test_what_is_cleared_hits_nothing() -> None:
    plan = Plan()
    plan.add(PUT)
    plan.clear()
    assert hits(plan, 1) == [False]


def test_one_fault_is_forgotten_and_the_others_stay() -> None:
    plan = Plan()
    first, second = plan.add(PUT), plan.add(PUT)
    plan.clear(first.id)
    assert plan.all() == [second]


@pytest.mark.parametrize(
    "wrong",
    [{"calls": 0}, {"after": -1}, {"status": 200}, {"code": ""}, {"seconds": -1}, {"probability": 0.5}],
)
def test_a_fault_that_makes_no_sense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(PlanError):
        Plan().add(PUT | wrong)
