"""Checks the settings of a load balancer: AWS's own ranges, and refusals of settings that are not supported.

Requests have the shapes of the API. Every check raises `RefusedError` with a text that names the setting.
"""

from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any

from localstack_dockerless.services.elbv2.load_balancer.answer_headers import HEADERS, SERVER_ATTRIBUTE
from localstack_dockerless.services.elbv2.load_balancer.health_check import code_ranges

Request = Mapping[str, Any]

_CONDITIONS = {"host-header", "http-header", "http-request-method", "path-pattern", "query-string", "source-ip"}
TARGET_TYPES = ("instance", "ip", "lambda")
_ACTIONS = {"forward", "fixed-response", "redirect"}

_BALANCER_ATTRIBUTES: dict[str, set[str]] = {
    "connection_logs.s3.enabled": {"false"},
    "health_check_logs.s3.enabled": {"false"},
    "routing.http.desync_mitigation_mode": {"monitor", "defensive"},
    "routing.http.xff_client_port.enabled": {"false"},
}
_GROUP_ATTRIBUTES: dict[str, set[str]] = {
    "stickiness.type": {"lb_cookie"},
    "slow_start.duration_seconds": {"0"},
    "load_balancing.algorithm.type": {"round_robin", "least_outstanding_requests", "weighted_random"},
    "load_balancing.algorithm.anomaly_mitigation": {"off"},
    "target_group_health.dns_failover.minimum_healthy_targets.count": {"1"},
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": {"off"},
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": {"1"},
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": {"off"},
}
LISTENER_ATTRIBUTES = {*HEADERS, SERVER_ATTRIBUTE}
_RANGES = {
    "HealthCheckIntervalSeconds": (5, 300),
    "HealthCheckTimeoutSeconds": (2, 120),
    "HealthyThresholdCount": (2, 10),
    "UnhealthyThresholdCount": (2, 10),
}


class RefusedError(ValueError):
    """The request is refused as a ValidationError with this text."""


def _only(request: Request, what: str, **supported: str) -> None:
    for setting, value in supported.items():
        given = request.get(setting)
        if given not in (None, "") and str(given).lower() != value.lower():
            raise RefusedError(f"The emulator does not support {setting} {given} of {what}, only {value}")


def _none_of(request: Request, what: str, *settings: str) -> None:
    for setting in settings:
        if request.get(setting):
            raise RefusedError(f"The emulator does not support {setting} of {what}")


def check_balancer(request: Request) -> None:
    """Checks CreateLoadBalancer."""
    _only(request, "load balancers", Type="application", IpAddressType="ipv4")
    _none_of(request, "load balancers", "CustomerOwnedIpv4Pool", "EnablePrefixForIpv6SourceNat", "IpamPools")


def check_listener(request: Request) -> None:
    """Checks CreateListener and ModifyListener."""
    if request.get("Protocol") not in (None, "HTTP", "HTTPS"):
        raise RefusedError(f"The emulator does not support Protocol {request['Protocol']} of listeners")
    if request.get("Protocol") == "HTTP" and request.get("Certificates"):
        raise RefusedError("A certificate cannot be specified for HTTP listeners")
    _none_of(request, "listeners", "AlpnPolicy")
    mutual = (request.get("MutualAuthentication") or {}).get("Mode", "off")
    if mutual != "off":
        raise RefusedError(f"The emulator does not support MutualAuthentication {mutual} of listeners")
    check_actions(request.get("DefaultActions") or ())


def check_new_listener(request: Request) -> None:
    """Checks CreateListener."""
    check_listener(request)
    if request.get("Protocol") == "HTTPS" and not request.get("Certificates"):
        raise RefusedError("A certificate must be specified for HTTPS listeners")


def check_rule(request: Request) -> None:
    """Checks CreateRule and ModifyRule."""
    _none_of(request, "rules", "Transforms")
    check_actions(request.get("Actions") or ())
    for condition in request.get("Conditions") or ():
        if condition.get("Field") not in _CONDITIONS:
            raise RefusedError(f"The emulator does not support the condition {condition.get('Field')}")
        for config in (value for value in condition.values() if isinstance(value, Mapping)):
            _none_of(config, "conditions", "RegexValues")
        _none_of(condition, "conditions", "RegexValues")


def check_priority(request: Request) -> None:
    """Checks CreateRule.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html
    """
    if not 1 <= int(request["Priority"]) <= 50_000:
        raise RefusedError(f"Priority '{request['Priority']}' must be between '1-50000' inclusive")


def check_actions(actions: Any) -> None:
    """Checks the actions of a listener or rule."""
    for action in actions:
        if action.get("Type") not in _ACTIONS:
            raise RefusedError(f"The emulator does not support the action {action.get('Type')}")


def check_target_group(request: Request) -> None:
    """Checks CreateTargetGroup and ModifyTargetGroup."""
    _only(
        request,
        "target groups",
        Protocol="HTTP",
        ProtocolVersion="HTTP1",
        HealthCheckProtocol="HTTP",
        HealthCheckEnabled="true",
        IpAddressType="ipv4",
    )
    for setting, (low, high) in _RANGES.items():
        value = request.get(setting)
        if value not in (None, "") and not low <= int(value) <= high:
            raise RefusedError(f"{setting} must be between {low} and {high}, not {value}")
    matcher = (request.get("Matcher") or {}).get("HttpCode")
    if matcher:
        check_matcher(matcher)
    _none_of(request.get("Matcher") or {}, "target groups", "GrpcCode")
    port = request.get("HealthCheckPort")
    if port not in (None, "", "traffic-port") and not str(port).isdigit():
        raise RefusedError(f"Health check port '{port}' must be in between 1-65535 or 'traffic-port'")


def check_new_target_group(request: Request) -> None:
    """Checks CreateTargetGroup."""
    kind = request.get("TargetType") or "instance"
    if kind not in TARGET_TYPES:
        raise RefusedError(f"The emulator does not support TargetType {kind} of target groups")
    if kind == "lambda":
        check_function_group(request)
    else:
        check_target_group(request)


def check_function_group(request: Request) -> None:
    """Checks a target group of a Lambda function: the load balancer does not check its health here."""
    _only(request, "target groups of functions", HealthCheckEnabled="false")


def check_matcher(matcher: str) -> None:
    """Checks that the matcher's codes are between 200 and 499, as AWS does."""
    try:
        ranges = code_ranges(matcher)
    except ValueError:
        ranges = []
    if not ranges or any(not 200 <= low <= high <= 499 for low, high in ranges):
        raise RefusedError(f"Health check matcher HTTP code '{matcher}' must be within '200-499' inclusive")


def check_balancer_attributes(attributes: Mapping[str, str]) -> None:
    """Checks ModifyLoadBalancerAttributes."""
    _check_attributes(attributes, _BALANCER_ATTRIBUTES, "load balancers")


def check_group_attributes(attributes: Mapping[str, str]) -> None:
    """Checks ModifyTargetGroupAttributes."""
    _check_attributes(attributes, _GROUP_ATTRIBUTES, "target groups")


def check_listener_attributes(attributes: Mapping[str, str]) -> None:
    """Checks ModifyListenerAttributes."""
    for key, value in attributes.items():
        if key not in LISTENER_ATTRIBUTES:
            raise RefusedError(f"The emulator does not support the attribute {key} of listeners")
        if any(letter in value for letter in "\r\n\0"):
            raise RefusedError(f"The value of the attribute {key} is no value of a header")


def _check_attributes(attributes: Mapping[str, str], supported: Mapping[str, set[str]], what: str) -> None:
    for key, value in attributes.items():
        if key in supported and value not in supported[key]:
            raise RefusedError(f"The emulator does not support the attribute {key} {value} of {what}")


def check_address(address: str) -> None:
    """Checks a target's address."""
    try:
        ip_address(address)
    except ValueError as error:
        raise RefusedError(f"The IP address '{address}' is not a valid IPv4 address") from error
