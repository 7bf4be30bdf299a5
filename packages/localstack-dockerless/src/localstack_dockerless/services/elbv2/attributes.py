"""Lists the attributes of load balancers and target groups with their defaults and their valid values.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html
"""

from collections.abc import Mapping

from localstack_dockerless.services.elbv2.load_balancer.answer_headers import SERVER_ATTRIBUTE
from localstack_dockerless.services.elbv2.rules import RefusedError

BALANCER = {
    "access_logs.s3.enabled": "false",
    "access_logs.s3.bucket": "",
    "access_logs.s3.prefix": "",
    "client_keep_alive.seconds": "3600",
    "connection_logs.s3.enabled": "false",
    "connection_logs.s3.bucket": "",
    "connection_logs.s3.prefix": "",
    "deletion_protection.enabled": "false",
    "health_check_logs.s3.enabled": "false",
    "health_check_logs.s3.bucket": "",
    "health_check_logs.s3.prefix": "",
    "idle_timeout.timeout_seconds": "60",
    "ipv6.deny_all_igw_traffic": "false",  # "true" for an internal load balancer
    "load_balancing.cross_zone.enabled": "true",
    "routing.http.desync_mitigation_mode": "defensive",
    "routing.http.drop_invalid_header_fields.enabled": "false",
    "routing.http.preserve_host_header.enabled": "false",
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": "false",
    "routing.http.xff_client_port.enabled": "false",
    "routing.http.xff_header_processing.mode": "append",
    "routing.http2.enabled": "true",
    "waf.fail_open.enabled": "false",
    "zonal_shift.config.enabled": "false",
}
GROUP = {
    "deregistration_delay.timeout_seconds": "300",
    "load_balancing.algorithm.anomaly_mitigation": "off",
    "load_balancing.algorithm.type": "round_robin",
    "load_balancing.cross_zone.enabled": "use_load_balancer_configuration",
    "slow_start.duration_seconds": "0",
    "stickiness.app_cookie.cookie_name": "",
    "stickiness.app_cookie.duration_seconds": "86400",
    "stickiness.enabled": "false",
    "stickiness.lb_cookie.duration_seconds": "86400",
    "stickiness.type": "lb_cookie",
    "target_group_health.dns_failover.minimum_healthy_targets.count": "1",
    "target_group_health.dns_failover.minimum_healthy_targets.percentage": "off",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count": "1",
    "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage": "off",
}
LISTENER = {SERVER_ATTRIBUTE: "true"}
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_ListenerAttribute.html"""
FUNCTION_GROUP = {"lambda.multi_value_headers.enabled": "false"}
"""The attribute of a target group of the type `lambda`."""
_RANGES = {
    "idle_timeout.timeout_seconds": (1, 4000),
    "client_keep_alive.seconds": (60, 604800),
    "deregistration_delay.timeout_seconds": (0, 3600),
    "stickiness.lb_cookie.duration_seconds": (1, 604800),
}
_CHOICES = {
    "routing.http.desync_mitigation_mode": ("monitor", "defensive", "strictest"),
    "routing.http.xff_header_processing.mode": ("append", "preserve", "remove"),
}


def of_balancer(scheme: str) -> dict[str, str]:
    """Returns the attributes of a new load balancer."""
    return BALANCER | ({"ipv6.deny_all_igw_traffic": "true"} if scheme == "internal" else {})


def of_group(kind: str) -> dict[str, str]:
    """Returns the attributes of a new target group of the target type `kind`."""
    return dict(FUNCTION_GROUP if kind == "lambda" else GROUP)


def check(attributes: Mapping[str, str], known: Mapping[str, str], what: str) -> None:
    """Raises `RefusedError` for a key or a value that AWS refuses."""
    for key, value in attributes.items():
        if key not in known:
            raise RefusedError(f"{what} attribute key '{key}' is not recognized")
        low, high = _RANGES.get(key, (0, 0))
        if key in _RANGES and not (value.isdecimal() and low <= int(value) <= high):
            raise RefusedError(f"'{key}' value '{value}' must be between '{low}-{high}' inclusive")
        choices = ("true", "false") if known[key] in ("true", "false") else _CHOICES.get(key)
        if choices and value not in choices:
            raise RefusedError(f"'{key}' value '{value}' must be one of: {', '.join(choices)}")
