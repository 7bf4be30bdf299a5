"""The control plane of load balancers returns every setting, and refuses an unsupported one by name."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.gateways import Balancer


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
        ("create_load_balancer", {"Name": "x", "Scheme": "internal", "Type": "network"}, "network"),
        ("create_target_group", {"Name": "x", "TargetType": "alb"}, "alb"),
        (
            "create_target_group",
            {"Name": "x", "TargetType": "lambda", "HealthCheckEnabled": True},
            "HealthCheckEnabled",
        ),
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


def test_an_https_listener_needs_a_certificate(balancer: Balancer) -> None:
    action = {"Type": "forward", "TargetGroupArn": balancer.group}
    with pytest.raises(ClientError, match="A certificate must be specified for HTTPS listeners"):
        balancer.elb.create_listener(LoadBalancerArn=balancer.arn, Protocol="HTTPS", Port=443, DefaultActions=[action])


def test_stickiness_by_the_applications_cookie_is_refused(balancer: Balancer) -> None:
    with pytest.raises(ClientError, match="app_cookie"):
        balancer.elb.modify_target_group_attributes(
            TargetGroupArn=balancer.group, Attributes=[{"Key": "stickiness.type", "Value": "app_cookie"}]
        )


def test_attributes_have_awss_defaults_from_the_start(balancer: Balancer, emulator: Any) -> None:
    with ExitStack() as stack:
        fresh = Balancer(emulator, stack)
        found = attributes(fresh.elb.describe_load_balancer_attributes(LoadBalancerArn=fresh.arn))
        group = attributes(fresh.elb.describe_target_group_attributes(TargetGroupArn=fresh.group))
    assert (found["idle_timeout.timeout_seconds"], found["routing.http2.enabled"]) == ("60", "true")
    assert (found["deletion_protection.enabled"], found["client_keep_alive.seconds"]) == ("false", "3600")
    assert (group["deregistration_delay.timeout_seconds"], group["stickiness.enabled"]) == ("300", "false")


FIXED: Any = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "204"}}]


def refused(code: str, call: Any, **request: Any) -> None:
    with pytest.raises(ClientError) as caught:
        call(**request)
    status = caught.value.response["ResponseMetadata"]["HTTPStatusCode"]
    assert (caught.value.response["Error"]["Code"], status) == (code, 400)


def test_a_port_that_has_a_listener_is_refused(balancer: Balancer) -> None:
    listener = {"Protocol": "HTTP", "DefaultActions": FIXED, "LoadBalancerArn": balancer.arn}
    first = balancer.elb.create_listener(Port=8081, **listener)["Listeners"][0]["ListenerArn"]
    second = balancer.elb.create_listener(Port=8082, **listener)["Listeners"][0]["ListenerArn"]
    refused("DuplicateListener", balancer.elb.create_listener, Port=8081, **listener)
    refused("DuplicateListener", balancer.elb.modify_listener, ListenerArn=second, Port=8081, DefaultActions=FIXED)
    balancer.elb.modify_listener(ListenerArn=first, Port=8081, DefaultActions=FIXED)
    balancer.elb.delete_listener(ListenerArn=first)
    balancer.elb.create_listener(Port=8081, **listener)


def test_a_priority_that_has_a_rule_is_refused_and_two_rules_can_change_places(balancer: Balancer) -> None:
    listener = balancer.elb.create_listener(
        LoadBalancerArn=balancer.arn, Protocol="HTTP", Port=8090, DefaultActions=FIXED
    )["Listeners"][0]["ListenerArn"]

    def rule(priority: int) -> dict[str, Any]:
        path = [{"Field": "path-pattern", "Values": [f"/{priority}"]}]
        return {"ListenerArn": listener, "Priority": priority, "Conditions": path, "Actions": FIXED}

    one, two = (balancer.elb.create_rule(**rule(number))["Rules"][0]["RuleArn"] for number in (1, 2))
    refused("PriorityInUse", balancer.elb.create_rule, **rule(2))
    refused("PriorityInUse", balancer.elb.set_rule_priorities, RulePriorities=[{"RuleArn": one, "Priority": 2}])
    balancer.elb.set_rule_priorities(RulePriorities=[{"RuleArn": one, "Priority": 2}, {"RuleArn": two, "Priority": 1}])
    found = {each["RuleArn"]: each["Priority"] for each in balancer.elb.describe_rules(ListenerArn=listener)["Rules"]}
    assert (found.pop(one), found.pop(two)) == ("2", "1")
    refused("OperationNotPermitted", balancer.elb.delete_rule, RuleArn=next(iter(found)))
    refused("RuleNotFound", balancer.elb.delete_rule, RuleArn=one[:-4] + "0000")


def test_a_balancer_of_that_name_is_the_same_or_refused(balancer: Balancer) -> None:
    again = balancer.elb.create_load_balancer(Name=balancer.name, Subnets=balancer.subnets, Scheme="internal")
    assert [each["LoadBalancerArn"] for each in again["LoadBalancers"]] == [balancer.arn]


def test_a_new_listener_has_the_attributes_of_an_application_load_balancers(balancer: Balancer) -> None:
    action = {"Type": "forward", "TargetGroupArn": balancer.group}
    listener = balancer.elb.create_listener(
        LoadBalancerArn=balancer.arn, Protocol="HTTP", Port=8098, DefaultActions=[action]
    )["Listeners"][0]["ListenerArn"]
    found = attributes(balancer.elb.describe_listener_attributes(ListenerArn=listener))
    assert found == {"routing.http.response.server.enabled": "true"}
    balancer.elb.delete_listener(ListenerArn=listener)


def test_all_resources_are_tagged_or_none(balancer: Balancer) -> None:
    tags = {"Tags": [{"Key": "team", "Value": "meters"}]}
    with pytest.raises(balancer.elb.exceptions.LoadBalancerNotFoundException):
        balancer.elb.add_tags(ResourceArns=[balancer.arn, f"{balancer.arn}0"], **tags)
    with pytest.raises(ClientError, match="'no-arn' is not a valid ARN"):
        balancer.elb.add_tags(ResourceArns=[balancer.arn, "no-arn"], **tags)
    found = balancer.elb.describe_tags(ResourceArns=[balancer.arn])["TagDescriptions"][0]["Tags"]
    assert tags["Tags"][0] not in found
    balancer.elb.add_tags(ResourceArns=[balancer.arn], **tags)
    found = balancer.elb.describe_tags(ResourceArns=[balancer.arn])["TagDescriptions"][0]["Tags"]
    assert tags["Tags"][0] in found
