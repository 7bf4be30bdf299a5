"""Reads listeners, rules, target groups and their settings from moto's model.

It reads at each request, so that a change through the API applies at once.
"""

from dataclasses import dataclass
from typing import Any

from moto.elbv2.models import ELBv2Backend, elbv2_backends

from localstack_dockerless.services.elbv2.load_balancer.health_check import HealthCheck
from localstack_dockerless.services.elbv2.load_balancer.rules import Rule


class ListenerNotFoundError(Exception):
    """No listener has this ARN."""


@dataclass(frozen=True)
class Listener:
    """Holds a listener. `attributes` are its load balancer's, `own` are its own. `protocol` is `http` or `https`."""

    protocol: str
    port: int
    rules: tuple[Rule, ...]
    attributes: dict[str, str]
    own: dict[str, str]


@dataclass(frozen=True)
class TargetGroup:
    """Holds the settings of a target group for requests and checks. The delay is in seconds.

    `function_arn` is the target of a group of the type `lambda`. `sticky_seconds` is None without stickiness.
    """

    check: HealthCheck
    algorithm: str
    deregistration_delay: float
    default_port: int
    kind: str
    function_arn: str | None
    multi_value_headers: bool
    sticky_seconds: int | None


def backend_of(arn: str) -> ELBv2Backend:
    """Returns moto's backend of the account and region in `arn`."""
    _, _, _, region, account, _ = arn.split(":", 5)
    return elbv2_backends[account][region]


def listener(arn: str) -> Listener:
    """Returns the listener `arn`.

    Raises
    ------
    ListenerNotFoundError
        It does not exist.
    """
    for balancer in list(backend_of(arn).load_balancers.values()):
        found = balancer.listeners.get(arn)
        if found is not None:
            rules = tuple(_rule(rule) for rule in list(found.rules.values()))
            return Listener(
                found.protocol.lower(), int(found.port), rules, _texts(balancer.attrs), _texts(found.attributes)
            )
    raise ListenerNotFoundError(arn)


def target_group(arn: str) -> TargetGroup | None:
    """Returns the settings of the target group `arn`. None: it does not exist."""
    group = backend_of(arn).target_groups.get(arn)
    if group is None:
        return None
    attributes = _texts(group.attributes)
    sticky = attributes.get("stickiness.enabled") == "true"
    return TargetGroup(
        check=_check(group),
        algorithm=attributes.get("load_balancing.algorithm.type", "round_robin"),
        deregistration_delay=float(attributes.get("deregistration_delay.timeout_seconds", 0)),
        default_port=int(group.port or 0),
        kind=group.target_type,
        function_arn=next(iter(group.targets), None) if group.target_type == "lambda" else None,
        multi_value_headers=attributes.get("lambda.multi_value_headers.enabled") == "true",
        sticky_seconds=int(attributes["stickiness.lb_cookie.duration_seconds"]) if sticky else None,
    )


def _check(group: Any) -> HealthCheck:
    port = str(group.health_check_port or "traffic-port")
    return HealthCheck(
        path=group.health_check_path or "/",
        port=None if port == "traffic-port" else int(port),
        interval=int(group.health_check_interval_seconds),
        timeout=int(group.health_check_timeout_seconds),
        healthy_threshold=int(group.healthy_threshold_count),
        unhealthy_threshold=int(group.unhealthy_threshold_count),
        matcher=group.matcher.get("HttpCode") or "200",
    )


def in_use(group_arn: str) -> bool:
    """Tells whether a rule of any listener forwards to the target group."""
    return bool(balancers_of(group_arn))


def attributes_of(listener_arn: str) -> dict[str, str]:
    """Returns the attributes of the listener's load balancer. They are empty if it does not exist."""
    for balancer in list(backend_of(listener_arn).load_balancers.values()):
        if listener_arn in balancer.listeners:
            return {key: str(value) for key, value in balancer.attrs.items()}
    return {}


def balancers_of(group_arn: str) -> list[str]:
    """Returns the ARNs of the load balancers with a rule that forwards to the target group."""
    return [
        balancer.arn
        for balancer in list(backend_of(group_arn).load_balancers.values())
        if any(
            group_arn in _groups_of(action.data)
            for found in list(balancer.listeners.values())
            for rule in list(found.rules.values())
            for action in rule.actions
        )
    ]


def _texts(attributes: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in attributes.items()}


def _groups_of(action: dict[str, Any]) -> list[str]:
    weighted = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
    return [group["TargetGroupArn"] for group in weighted] + [action.get("TargetGroupArn", "")]


def _rule(rule: Any) -> Rule:
    priority = None if rule.priority == "default" else int(rule.priority)
    return Rule(priority, tuple(rule.conditions), tuple(action.data for action in rule.actions))
