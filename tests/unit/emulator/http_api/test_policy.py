"""Policies as far as the gateway evaluates them."""

from typing import Any

import pytest

from emulator.http_api.policy import UnsupportedPolicyError, allows

SERVICE = "apigateway.amazonaws.com"
FUNCTION = "arn:aws:lambda:eu-central-1:000000000000:function:f"
SOURCE = "arn:aws:execute-api:eu-central-1:000000000000:api1/authorizers/auth1"


def permission(**changes: Any) -> dict[str, Any]:
    """What aws_lambda_permission makes."""
    statement = {
        "Effect": "Allow",
        "Action": "lambda:InvokeFunction",
        "Principal": {"Service": SERVICE},
        "Resource": FUNCTION,
        "Condition": {"ArnLike": {"AWS:SourceArn": SOURCE}},
    }
    return {"Statement": [{**statement, **changes}]}


def permitted(*documents: dict[str, Any], source: str = SOURCE) -> bool:
    keys = {"aws:SourceArn": source, "aws:SourceAccount": "000000000000"}
    return allows(documents, "lambda:InvokeFunction", FUNCTION, service=SERVICE, keys=keys)


def test_the_permission_for_this_authorizer() -> None:
    assert permitted(permission())


@pytest.mark.parametrize(
    "changes",
    [
        {"Principal": {"Service": "sns.amazonaws.com"}},
        {"Principal": {"AWS": "arn:aws:iam::000000000000:root"}},
        {"Action": "lambda:GetFunction"},
        {"Resource": FUNCTION + "2"},
        {"Condition": {"ArnLike": {"AWS:SourceArn": SOURCE + "2"}}},
        {"Condition": {"StringEquals": {"AWS:SourceAccount": "111111111111"}}},
        {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
        {"Effect": "Deny"},
    ],
)
def test_a_permission_for_something_else(changes: dict[str, Any]) -> None:
    assert not permitted(permission(**changes))


@pytest.mark.parametrize("source", ["arn:aws:execute-api:eu-central-1:000000000000:api1/*", "*"])
def test_source_arns_may_have_wildcards(source: str) -> None:
    assert permitted(permission(Condition={"ArnLike": {"aws:sourceARN": source}}))


def test_a_denial_beats_a_permission() -> None:
    assert not permitted(permission(), permission(Effect="Deny"))


def test_no_policy_permits_nothing() -> None:
    assert not permitted()


@pytest.mark.parametrize(
    "changes", [{"NotAction": "x"}, {"Condition": {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}}]
)
def test_what_is_not_evaluated_is_named(changes: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedPolicyError, match=r"NotAction|IpAddress"):
        permitted(permission(**changes))
