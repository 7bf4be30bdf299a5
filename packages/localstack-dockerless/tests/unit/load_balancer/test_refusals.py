"""The control plane of load balancers refuses unsupported settings by name."""

from collections.abc import Callable
from typing import Any

import pytest

from localstack_dockerless.services.elbv2 import attributes, rules

GROUP = {"Name": "g", "Protocol": "HTTP", "Port": 80, "TargetType": "ip", "ProtocolVersion": ""}


def test_what_the_system_uses_is_accepted() -> None:
    rules.check_balancer({"Name": "lb", "Scheme": "internal", "Type": "application", "IpAddressType": "ipv4"})
    rules.check_balancer({"Name": "lb", "Scheme": "internet-facing"})
    rules.check_new_listener({"Protocol": "HTTP", "Port": 80, "DefaultActions": [{"Type": "forward"}]})
    rules.check_new_listener({"Protocol": "HTTPS", "Certificates": [{"CertificateArn": "arn"}]})
    rules.check_new_target_group(GROUP)
    rules.check_new_target_group({"Name": "g", "TargetType": "lambda"})
    rules.check_rule({"Conditions": [{"Field": "path-pattern", "Values": ["/x"]}], "Actions": [{"Type": "redirect"}]})
    rules.check_balancer_attributes({"routing.http.drop_invalid_header_fields.enabled": "true"})
    rules.check_group_attributes({"deregistration_delay.timeout_seconds": "35", "stickiness.enabled": "false"})
    rules.check_address("127.0.0.1")


@pytest.mark.parametrize(
    ("check", "request_", "named"),
    [
        (rules.check_balancer, {"Scheme": "internal", "Type": "network"}, "Type network"),
        (rules.check_listener, {"Protocol": "TLS"}, "Protocol TLS"),
        (rules.check_listener, {"Protocol": "HTTP", "Certificates": [{}]}, "A certificate cannot be specified"),
        (rules.check_new_listener, {"Protocol": "HTTPS"}, "A certificate must be specified"),
        (rules.check_listener, {"DefaultActions": [{"Type": "authenticate-oidc"}]}, "authenticate-oidc"),
        (rules.check_rule, {"Conditions": [{"Field": "moon-phase"}]}, "moon-phase"),
        (rules.check_rule, {"Transforms": [{"Type": "url-rewrite"}]}, "Transforms"),
        (rules.check_new_target_group, {**GROUP, "TargetType": "alb"}, "TargetType alb"),
        (rules.check_new_target_group, {"TargetType": "lambda", "HealthCheckEnabled": True}, "HealthCheckEnabled"),
        (rules.check_new_target_group, {**GROUP, "Protocol": "HTTPS"}, "Protocol HTTPS"),
        (rules.check_new_target_group, {**GROUP, "ProtocolVersion": "GRPC"}, "ProtocolVersion GRPC"),
        (rules.check_target_group, {"HealthCheckEnabled": False}, "HealthCheckEnabled"),
        (rules.check_target_group, {"HealthCheckProtocol": "HTTPS"}, "HealthCheckProtocol"),
        (rules.check_target_group, {"HealthCheckIntervalSeconds": 301}, "HealthCheckIntervalSeconds"),
        (rules.check_target_group, {"HealthyThresholdCount": 11}, "HealthyThresholdCount"),
        (rules.check_target_group, {"HealthCheckPort": "web"}, "web"),
        (rules.check_target_group, {"Matcher": {"HttpCode": "200-600"}}, "200-600"),
        (rules.check_target_group, {"Matcher": {"HttpCode": "ok"}}, "ok"),
        (rules.check_balancer_attributes, {"connection_logs.s3.enabled": "true"}, "connection_logs.s3.enabled"),
        (rules.check_balancer_attributes, {"routing.http.desync_mitigation_mode": "strictest"}, "strictest"),
        (rules.check_group_attributes, {"stickiness.type": "app_cookie"}, "app_cookie"),
        (rules.check_listener_attributes, {"tcp.idle_timeout.seconds": "60"}, "tcp.idle_timeout.seconds"),
        (rules.check_group_attributes, {"slow_start.duration_seconds": "30"}, "slow_start"),
        (rules.check_group_attributes, {"load_balancing.algorithm.anomaly_mitigation": "on"}, "anomaly_mitigation"),
        (rules.check_priority, {"Priority": 0}, "1-50000"),
        (rules.check_priority, {"Priority": 50001}, "1-50000"),
        (rules.check_address, "not-an-address", "not-an-address"),
    ],
)
def test_refusals(check: Callable[[Any], None], request_: Any, named: str) -> None:
    with pytest.raises(rules.RefusedError, match=named):
        check(request_)


@pytest.mark.parametrize(
    ("known", "written", "named"),
    [
        (attributes.GROUP, {"deregistration_delay.timeout_seconds": "3601"}, "3601"),
        (attributes.BALANCER, {"idle_timeout.timeout_seconds": "0"}, "1-4000"),
        (attributes.BALANCER, {"idle_timeout.timeout_seconds": "soon"}, "1-4000"),
        (attributes.BALANCER, {"routing.http2.enabled": "yes"}, "routing.http2.enabled"),
        (attributes.BALANCER, {"routing.http.xff_header_processing.mode": "drop"}, "append"),
        (attributes.BALANCER, {"idle_timeout": "60"}, "'idle_timeout' is not recognized"),
        (attributes.GROUP, {"idle_timeout.timeout_seconds": "60"}, "is not recognized"),
    ],
)
def test_an_attribute_that_aws_does_not_take_is_refused(
    known: dict[str, str], written: dict[str, str], named: str
) -> None:
    with pytest.raises(rules.RefusedError, match=named):
        attributes.check(written, known, "The")


@pytest.mark.parametrize("known", [attributes.BALANCER, attributes.GROUP])
def test_every_attribute_can_be_written_back_as_it_is(known: dict[str, str]) -> None:
    attributes.check(known, known, "The")
