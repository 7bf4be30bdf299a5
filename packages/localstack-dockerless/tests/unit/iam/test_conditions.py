"""Condition operators against AWS's documentation of them.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from typing import Any

import pytest

from localstack_dockerless.iam.conditions import Condition
from localstack_dockerless.iam.patterns import CannotEvaluateError, filled_in

ARN = "arn:aws:sns:eu-central-1:123456789012:alarms"


def holds(operator: str, wanted: Any, actual: Any, **more: Any) -> bool:
    values = tuple(wanted) if isinstance(wanted, list) else (wanted,)
    return Condition(operator, "Key", values).holds({"key": actual, **more})


@pytest.mark.parametrize(
    ("operator", "wanted", "actual", "expected"),
    [
        ("StringEquals", "Queue", "Queue", True),
        ("StringEquals", "queue", "Queue", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", ["a", "b"], "c", True),
        ("StringEqualsIgnoreCase", "queue", "QUEUE", True),
        ("StringNotEqualsIgnoreCase", "queue", "QUEUE", False),
        ("StringLike", "date=*", "date=2026-11-01", True),
        ("StringLike", "date=*", "alarms/date=1", False),
        ("StringLike", "home/?", "home/x", True),
        ("StringNotLike", "date=*", "alarms/", True),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericGreaterThan", "9.5", "10", True),
        ("NumericNotEquals", "10", "10.0", False),
        ("NumericEquals", "10", "ten", False),
        ("DateGreaterThan", "2020-04-01T00:00:00Z", "2020-06-30T00:00:00Z", True),
        ("DateLessThan", "2020-04-01T00:00:00Z", "2020-06-30T00:00:00Z", False),
        ("DateEquals", "2020-04-01T00:00:00Z", "1585699200", True),
        ("Bool", "false", "false", True),
        ("Bool", "false", "true", False),
        ("Bool", "True", "true", True),
        ("IpAddress", "203.0.113.0/24", "203.0.113.7", True),
        ("IpAddress", "2001:DB8:1234:5678::/64", "2001:db8:1234:5678::1", True),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.7", False),
        ("ArnEquals", ARN, ARN, True),
        ("ArnLike", "arn:aws:sns:*:123456789012:al*", ARN, True),
        ("ArnLike", "arn:aws:*:alarms", ARN, False),
        ("ArnLike", "arn:aws:s*", ARN, False),
        ("ArnNotLike", "arn:aws:sns:*:*:*", ARN, False),
        ("ArnNotEquals", f"{ARN}2", ARN, True),
    ],
)
def test_operators(operator: str, wanted: Any, actual: str, expected: bool):
    assert holds(operator, wanted, actual) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringLike", False),
        ("ArnLike", False),
        ("Bool", False),
        ("StringNotEquals", True),
        ("StringNotLike", True),
        ("ArnNotLike", True),
        ("NotIpAddress", True),
        ("StringEqualsIfExists", True),
        ("BoolIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
    ],
)
def test_a_key_that_the_request_lacks(operator: str, expected: bool):
    assert holds(operator, "203.0.113.0/24" if "Ip" in operator else "x", None) is expected


@pytest.mark.parametrize(("wanted", "actual", "expected"), [
    ("true", None, True), ("true", "x", False), ("false", "x", True), ("false", None, False),
])  # fmt: skip
def test_null(wanted: str, actual: str | None, expected: bool):
    assert holds("Null", wanted, actual) is expected


@pytest.mark.parametrize(
    ("operator", "actual", "expected"),
    [
        ("ForAllValues:StringLike", ("team", "cost"), True),
        ("ForAllValues:StringLike", ("team", "other"), False),
        ("ForAnyValue:StringLike", ("other", "cost"), True),
        ("ForAnyValue:StringLike", ("other",), False),
        ("ForAllValues:StringNotLike", ("other", "more"), True),
        ("ForAllValues:StringNotLike", ("other", "cost"), False),
        ("ForAnyValue:StringNotLike", ("other", "cost"), True),
        ("ForAnyValue:StringNotLike", ("team", "cost"), False),
    ],
)
def test_keys_with_several_values(operator: str, actual: tuple[str, ...], expected: bool):
    assert holds(operator, ["team*", "cost"], actual) is expected


def test_an_operator_that_is_not_known_is_named():
    with pytest.raises(CannotEvaluateError, match="BinaryEquals"):
        holds("BinaryEquals", "x", "x")


def test_a_key_that_is_not_known_is_named():
    with pytest.raises(CannotEvaluateError, match="aws:PrincipalOrgID"):
        Condition("StringEquals", "aws:PrincipalOrgID", ("o-1",)).holds({})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("home/${aws:username}/*", "home/carlos/*"),
        ("home/${aws:username, 'nobody'}", "home/carlos"),
        ("home/${aws:userid, 'nobody'}", "home/nobody"),
        ("home/${aws:userid}", None),
        ("home/${*}", "home/${*}"),
        ("home/${starred}", "home/${*}x"),
    ],
)
def test_policy_variables(text: str, expected: str | None):
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html"""
    keys = {"aws:username": "carlos", "aws:userid": None, "starred": "*x"}
    assert filled_in(text, keys) == expected


def test_a_variable_in_a_condition():
    assert holds("StringLike", "${aws:username}/*", "carlos/photo", **{"aws:username": "carlos"})
