"""The control plane of load balancers: what is written comes back, what is not supported is named."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.emulator.gateways import Balancer


@pytest.fixture(scope="module")
def balancer(emulator: Any) -> Iterator[Balancer]:
    with ExitStack() as stack:
        yield Balancer(emulator, stack)


def attributes(found: dict[str, Any]) -> dict[str, str]:
    return {attribute["Key"]: attribute["Value"] for attribute in found["Attributes"]}


def test_balancer_attributes_come_back(balancer: Balancer) -> None:
    written = {
        "routing.http.drop_invalid_header_fields.enabled": "true",
        "idle_timeout.timeout_seconds": "60",
        "routing.http.xff_header_processing.mode": "append",
        "access_logs.s3.enabled": "false",
    }
    balancer.elb.modify_load_balancer_attributes(
        LoadBalancerArn=balancer.arn, Attributes=[{"Key": k, "Value": v} for k, v in written.items()]
    )
    found = balancer.elb.describe_load_balancer_attributes(LoadBalancerArn=balancer.arn)
    assert written.items() <= attributes(found).items()


def test_group_attributes_come_back(balancer: Balancer) -> None:
    written = {
        "deregistration_delay.timeout_seconds": "35",
        "load_balancing.algorithm.type": "least_outstanding_requests",
    }
    balancer.elb.modify_target_group_attributes(
        TargetGroupArn=balancer.group, Attributes=[{"Key": k, "Value": v} for k, v in written.items()]
    )
    found = balancer.elb.describe_target_group_attributes(TargetGroupArn=balancer.group)
    assert written.items() <= attributes(found).items()


def test_health_check_settings_come_back(balancer: Balancer) -> None:
    written = {
        "HealthCheckPath": "/ready",
        "HealthCheckIntervalSeconds": 10,
        "HealthCheckTimeoutSeconds": 5,
        "HealthyThresholdCount": 3,
        "UnhealthyThresholdCount": 4,
        "Matcher": {"HttpCode": "200-299"},
    }
    balancer.elb.modify_target_group(TargetGroupArn=balancer.group, **written)
    [found] = balancer.elb.describe_target_groups(TargetGroupArns=[balancer.group])["TargetGroups"]
    assert written.items() <= found.items()


def test_a_protected_balancer_is_not_deleted(balancer: Balancer) -> None:
    def protect(value: str) -> None:
        balancer.elb.modify_load_balancer_attributes(
            LoadBalancerArn=balancer.arn, Attributes=[{"Key": "deletion_protection.enabled", "Value": value}]
        )

    protect("true")
    with pytest.raises(ClientError, match="OperationNotPermitted"):
        balancer.elb.delete_load_balancer(LoadBalancerArn=balancer.arn)
    protect("false")


def test_an_unknown_target_group_is_an_error(balancer: Balancer) -> None:
    arn = balancer.group[:-4] + "0000"
    for call in (
        balancer.elb.describe_target_health,
        lambda **k: balancer.elb.register_targets(Targets=[{"Id": "127.0.0.1"}], **k),
    ):
        with pytest.raises(ClientError, match="TargetGroupNotFound"):
            call(TargetGroupArn=arn)


@pytest.mark.parametrize(
    ("operation", "request_", "named"),
    [
        ("create_load_balancer", {"Name": "x", "Scheme": "internet-facing", "Subnets": ["s"]}, "internet-facing"),
        ("create_load_balancer", {"Name": "x", "Scheme": "internal", "Type": "network"}, "network"),
        ("create_target_group", {"Name": "x", "TargetType": "lambda"}, "lambda"),
        ("create_target_group", {"Name": "x", "TargetType": "ip", "Protocol": "HTTPS", "Port": 1}, "HTTPS"),
        (
            "create_trust_store",
            {"Name": "x", "CaCertificatesBundleS3Bucket": "b", "CaCertificatesBundleS3Key": "k"},
            "TrustStore",
        ),
    ],
)
def test_what_is_not_supported_is_named(
    balancer: Balancer, operation: str, request_: dict[str, Any], named: str
) -> None:
    with pytest.raises(ClientError, match=named):
        getattr(balancer.elb, operation)(**request_)


def test_an_https_listener_is_refused(balancer: Balancer) -> None:
    action = {"Type": "forward", "TargetGroupArn": balancer.group}
    with pytest.raises(ClientError, match="Protocol HTTPS"):
        balancer.elb.create_listener(LoadBalancerArn=balancer.arn, Protocol="HTTPS", Port=443, DefaultActions=[action])


def test_sticky_sessions_are_refused(balancer: Balancer) -> None:
    with pytest.raises(ClientError, match=r"stickiness\.enabled"):
        balancer.elb.modify_target_group_attributes(
            TargetGroupArn=balancer.group, Attributes=[{"Key": "stickiness.enabled", "Value": "true"}]
        )
