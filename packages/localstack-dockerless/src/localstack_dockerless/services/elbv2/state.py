"""Refuses requests that conflict with the existing load balancers, listeners and rules.

moto compares a port with ARNs, and a name with random names. So it finds no conflict.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from moto.core.exceptions import ServiceException
from moto.elbv2.models import elbv2_backends

from localstack_dockerless.services.elbv2.load_balancer import view

Request = Mapping[str, Any]
Check = Callable[[Any], None]


def all_of(*checks: Check) -> Check:
    def check(request: Any) -> None:
        for each in checks:
            each(request)

    return check


def check_arns(context: RequestContext, request: Request) -> None:
    """Requires ARNs of existing resources in the region of the call.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AddTags.html
    """
    beginning = f"arn:aws:elasticloadbalancing:{context.region}:{context.account_id}:"
    for arn in request["ResourceArns"]:
        if not arn.startswith(beginning):
            raise _error("ValidationError", f"'{arn}' is not a valid ARN")
        try:
            elbv2_backends[context.account_id][context.region]._get_resource_by_arn(arn)  # noqa: SLF001 -- of every kind
        except ServiceException as missing:
            raise _error(missing.code, missing.message) from missing


def check_new_port(request: Request) -> None:
    """Checks CreateListener."""
    balancer = view.backend_of(request["LoadBalancerArn"]).load_balancers.get(request["LoadBalancerArn"])
    _check_port(balancer, request.get("Port"), "")


def check_changed_port(request: Request) -> None:
    """Checks ModifyListener."""
    balancer, listener = _listener(request["ListenerArn"])
    if request.get("Port") and listener is not None:
        _check_port(balancer, request["Port"], listener.arn)


def _check_port(balancer: Any, port: Any, own: str) -> None:
    for listener in balancer.listeners.values() if balancer else ():
        if listener.arn != own and str(listener.port) == str(port):
            raise _error(
                "DuplicateListener", f"A listener already exists on this port for this load balancer '{balancer.arn}'"
            )


def check_priority(request: Request) -> None:
    """Checks CreateRule."""
    _, listener = _listener(request["ListenerArn"])
    _check_priority(listener, request["Priority"], moved=())


def check_priorities(request: Request) -> None:
    """Checks SetRulePriorities, with which rules may swap their priorities."""
    moved = {each["RuleArn"] for each in request["RulePriorities"]}
    for each in request["RulePriorities"]:
        listener, rule = _rule(each["RuleArn"])
        if rule is None:
            raise _error("RuleNotFound", f"Rule '{each['RuleArn']}' not found")
        if rule.priority == "default":
            raise _error("OperationNotPermitted", f"Default rule '{rule.arn}' priority cannot be modified")
        _check_priority(listener, each["Priority"], moved)
    for each in request["RulePriorities"]:
        _rule(each["RuleArn"])[1].priority = 0  # moto only accepts a priority that no rule has


def _check_priority(listener: Any, priority: Any, moved: Any) -> None:
    for rule in listener.rules.values() if listener else ():
        if rule.arn not in moved and str(rule.priority) == str(priority):
            raise _error("PriorityInUse", f"Priority '{priority}' is currently in use")


def check_deleted_rule(request: Request) -> None:
    """Checks DeleteRule."""
    _, rule = _rule(request["RuleArn"])
    if rule is None:
        raise _error("RuleNotFound", f"Rule '{request['RuleArn']}' not found")
    if rule.priority == "default":
        raise _error("OperationNotPermitted", f"Default rule '{rule.arn}' cannot be deleted")


def same_balancer(context: RequestContext, request: Request) -> Any:
    """Returns the load balancer of that name, or None. Raises AWS's error if its settings differ."""
    balancers = elbv2_backends[context.account_id][context.region].load_balancers.values()
    found = next((balancer for balancer in balancers if balancer.name == request["Name"]), None)
    if found is None:
        return None
    subnets = {*(request.get("Subnets") or ()), *(each["SubnetId"] for each in request.get("SubnetMappings") or ())}
    groups = set(request.get("SecurityGroups") or found.security_groups or ())
    if subnets == {subnet.id for subnet in found.subnets} and groups == set(found.security_groups or ()):
        return found
    raise _error(
        "DuplicateLoadBalancerName",
        f"A load balancer with the same name '{request['Name']}' exists, but with different settings",
    )


def _listeners(arn: str) -> Iterator[tuple[Any, Any]]:
    for balancer in list(view.backend_of(arn).load_balancers.values()):
        for listener in list(balancer.listeners.values()):
            yield balancer, listener


def _listener(arn: str) -> tuple[Any, Any]:
    return next(((balancer, each) for balancer, each in _listeners(arn) if each.arn == arn), (None, None))


def _rule(arn: str) -> tuple[Any, Any]:
    for _, listener in _listeners(arn):
        for rule in list(listener.rules.values()):
            if rule.arn == arn:
                return listener, rule
    return None, None


def _error(code: str, message: str) -> CommonServiceException:
    return CommonServiceException(code, message, 400, sender_fault=True)
