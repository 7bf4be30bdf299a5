"""Listeners, rules, targets and their health work through a VPC link."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from dockerless_testing.backends import Backend, Reply
from dockerless_testing.gateways import Balancer, Gateway, HttpAnswer
from dockerless_testing.waiting import wait_until


@pytest.fixture
def gateway(emulator: Any) -> Iterator[Gateway]:
    with ExitStack() as stack:
        gateway = Gateway(Balancer(emulator, stack), stack)
        gateway.route("$default")
        yield gateway


def rule(gateway: Gateway, priority: int, condition: dict[str, Any], action: dict[str, Any]) -> str:
    elb = gateway.balancer.elb
    made = elb.create_rule(
        ListenerArn=gateway.balancer.listener, Priority=priority, Conditions=[condition], Actions=[action]
    )
    arn: str = made["Rules"][0]["RuleArn"]
    gateway.stack.callback(elb.delete_rule, RuleArn=arn)
    return arn


def test_two_targets_on_one_address_take_turns(gateway: Gateway) -> None:
    with Backend() as one, Backend() as two:
        gateway.balancer.register(one.port, two.port)
        ports = [int(gateway.call("/x").body) for _ in range(6)]
    assert sorted(ports) == sorted([one.port, two.port] * 3)
    assert ports[0] != ports[1]


def test_targets_are_described_by_address_and_port(gateway: Gateway) -> None:
    balancer = gateway.balancer
    with Backend() as one, Backend() as two:
        balancer.register(one.port, two.port)
        found = balancer.elb.describe_target_health(TargetGroupArn=balancer.group)["TargetHealthDescriptions"]
    assert [description["Target"] for description in found] == [
        {"Id": "127.0.0.1", "Port": port} for port in sorted((one.port, two.port))
    ]
    assert {description["HealthCheckPort"] for description in found} == {str(one.port), str(two.port)}
    assert {description["TargetHealth"]["State"] for description in found} == {"healthy"}


def test_a_failing_target_is_out_and_comes_back(gateway: Gateway) -> None:
    balancer = gateway.balancer
    with Backend() as one, Backend() as two:
        balancer.register(one.port, two.port)
        one.healthy = False
        assert balancer.wait_for(one.port, "unhealthy") == {
            "State": "unhealthy",
            "Reason": "Target.ResponseCodeMismatch",
            "Description": "Health checks failed with these codes: [500]",
        }
        assert {int(gateway.call("/x").body) for _ in range(4)} == {two.port}
        one.healthy = True
        balancer.wait_for(one.port, "healthy")
        assert {int(gateway.call("/x").body) for _ in range(4)} == {one.port, two.port}


def test_a_killed_target_loses_no_request_that_was_answered(gateway: Gateway) -> None:
    """One of two targets dies while requests flow. Every answer is a 200, except for requests under way on it."""
    balancer = gateway.balancer
    with Backend() as stays:
        dies = Backend()
        balancer.register(stays.port, dies.port)
        answers: list[HttpAnswer] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                answers.append(gateway.call("/x", "POST", body=b"reading"))

        clients = [threading.Thread(target=ask) for _ in range(3)]
        for client in clients:
            client.start()
        wait_until(lambda: len(answers) > 30, 20, "requests to flow")
        dies.kill()
        count = len(answers)
        wait_until(lambda: len(answers) > count + 60, 20, "requests to flow on")
        stop.set()
        for client in clients:
            client.join()
        good = [answer for answer in answers if answer.status == 200]
        assert {answer.status for answer in answers} <= {200, 503}
        assert len(answers) - len(good) <= len(clients)
        assert len(good) <= len(stays.received) + len(dies.received)
        assert balancer.wait_for(dies.port, "unhealthy")["Reason"] == "Target.FailedHealthChecks"


def test_when_no_target_is_healthy_the_api_answers_503(gateway: Gateway) -> None:
    with Backend() as only:
        gateway.balancer.register(only.port)
        only.healthy = False
        gateway.balancer.wait_for(only.port, "unhealthy")
        assert gateway.call("/x").status == 503


def test_a_new_target_is_initial_until_its_first_success(gateway: Gateway) -> None:
    balancer = gateway.balancer
    with Backend() as only:
        only.healthy = False
        balancer.elb.register_targets(TargetGroupArn=balancer.group, Targets=[{"Id": "127.0.0.1", "Port": only.port}])
        assert balancer.health(only.port)["State"] == "initial"
        assert gateway.call("/x").status == 503
        only.healthy = True
        balancer.wait_for(only.port, "healthy")


def test_a_new_target_is_looked_at_often_and_its_failures_count_at_the_interval(emulator: Any) -> None:
    with ExitStack() as stack, Backend() as only:
        balancer = Balancer(emulator, stack, group_settings={"HealthCheckIntervalSeconds": 300})
        only.healthy = False
        balancer.elb.register_targets(TargetGroupArn=balancer.group, Targets=[{"Id": "127.0.0.1", "Port": only.port}])
        wait_until(lambda: only.checks >= 3, 20, "three checks")
        assert balancer.health(only.port)["State"] == "initial"
        only.healthy = True
        balancer.wait_for(only.port, "healthy")


def test_a_deregistered_target_drains(gateway: Gateway) -> None:
    balancer = gateway.balancer
    target = {"Id": "127.0.0.1"}
    balancer.elb.modify_target_group_attributes(
        TargetGroupArn=balancer.group,
        Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": "1"}],
    )
    with Backend() as only:
        balancer.register(only.port)
        balancer.elb.deregister_targets(TargetGroupArn=balancer.group, Targets=[{**target, "Port": only.port}])
        assert balancer.health(only.port)["Reason"] == "Target.DeregistrationInProgress"
        assert gateway.call("/x").status == 503
        gone = balancer.wait_for(only.port, "unused")
    assert gone["Reason"] == "Target.NotRegistered"
    found = balancer.elb.describe_target_health(TargetGroupArn=balancer.group)
    assert found["TargetHealthDescriptions"] == []


def test_targets_of_a_group_that_no_rule_uses_are_unused(gateway: Gateway) -> None:
    balancer = gateway.balancer
    group = balancer.target_group()
    with Backend() as only:
        balancer.elb.register_targets(TargetGroupArn=group, Targets=[{"Id": "127.0.0.1", "Port": only.port}])
        assert balancer.health(only.port, group)["Reason"] == "Target.NotInUse"
        condition = {"Field": "path-pattern", "Values": ["/used"]}
        rule(gateway, 1, condition, {"Type": "forward", "TargetGroupArn": group})
        balancer.wait_for(only.port, "healthy", group)


def test_a_check_may_have_its_own_port_and_codes(gateway: Gateway) -> None:
    balancer = gateway.balancer
    with Backend() as serves, Backend() as checked:
        checked.healthy = False
        group = balancer.target_group(HealthCheckPort=str(checked.port), Matcher={"HttpCode": "400-499"})
        rule(gateway, 1, {"Field": "path-pattern", "Values": ["/x"]}, {"Type": "forward", "TargetGroupArn": group})
        targets = [{"Id": "127.0.0.1", "Port": serves.port}]
        balancer.elb.register_targets(TargetGroupArn=group, Targets=targets)
        found = balancer.wait_for(serves.port, "unhealthy", group)
        assert found["Description"] == "Health checks failed with these codes: [500]"
        balancer.elb.modify_target_group(
            TargetGroupArn=group, HealthCheckPort="traffic-port", Matcher={"HttpCode": "200"}
        )
        balancer.wait_for(serves.port, "healthy", group)


def test_rules_go_by_priority(gateway: Gateway) -> None:
    fixed = {"StatusCode": "418", "ContentType": "text/plain", "MessageBody": "tea"}
    rule(
        gateway,
        20,
        {"Field": "path-pattern", "Values": ["/a*"]},
        {"Type": "fixed-response", "FixedResponseConfig": fixed},
    )
    redirect = {"StatusCode": "HTTP_302", "Path": "/new/#{path}", "Host": "example.com", "Port": "8080"}
    rule(gateway, 10, {"Field": "path-pattern", "Values": ["/ab"]}, {"Type": "redirect", "RedirectConfig": redirect})
    answer = gateway.call("/ac")
    assert (answer.status, answer.body, answer.values("Content-Type")) == (418, b"tea", ["text/plain"])
    answer = gateway.call("/ab?x=1")
    assert answer.status == 302
    assert answer.values("Location") == ["http://example.com:8080/new/ab?x=1"]


def test_a_weight_of_zero_gets_nothing(gateway: Gateway) -> None:
    balancer = gateway.balancer
    other = balancer.target_group()
    with Backend() as one, Backend() as two:
        groups = [{"TargetGroupArn": balancer.group, "Weight": 0}, {"TargetGroupArn": other, "Weight": 1}]
        action = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
        rule(
            gateway, 1, {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-A", "Values": ["*"]}}, action
        )
        balancer.register(one.port)
        balancer.register(two.port, group=other)
        assert {int(gateway.call("/x", headers=[("X-A", "1")]).body) for _ in range(4)} == {two.port}
        assert int(gateway.call("/x").body) == one.port


def test_headers_with_other_characters_are_dropped_where_the_attribute_says_so(gateway: Gateway) -> None:
    balancer = gateway.balancer
    key = "routing.http.drop_invalid_header_fields.enabled"
    with Backend(lambda _: Reply()) as only:
        balancer.register(only.port)
        gateway.call("/x", headers=[("X_Who", "1")])
        assert only.received[-1].values("X_Who") == ["1"]
        balancer.elb.modify_load_balancer_attributes(
            LoadBalancerArn=balancer.arn, Attributes=[{"Key": key, "Value": "true"}]
        )
        gateway.call("/x", headers=[("X_Who", "1")])
        assert only.received[-1].values("X_Who") == []
