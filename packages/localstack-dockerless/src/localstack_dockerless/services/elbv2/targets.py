"""Registers, deregisters and describes the targets of a target group: addresses, EC2 instances or a Lambda function.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RegisterTargets.html
EC2 instances do not run here. They can be registered, and stay unhealthy, as an instance on AWS that does not answer.
"""

from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.services.moto import call_moto
from moto.ec2.models import ec2_backends

from localstack_dockerless.iam.authorization import DeniedError
from localstack_dockerless.services.elbv2 import rules
from localstack_dockerless.services.elbv2.errors import checked, error
from localstack_dockerless.services.elbv2.load_balancer import function_target, health, view
from localstack_dockerless.services.elbv2.load_balancer.targets import Address

Request = dict[str, Any]
UNCHECKED = {
    "State": "unavailable",
    "Reason": "Target.HealthCheckDisabled",
    "Description": "Health checks are not enabled for this target",
}


class Targets:
    """Has the operations of `Elbv2Provider` on targets."""

    @handler("RegisterTargets", expand=False)
    def register_targets(self, context: RequestContext, request: Request) -> Any:
        arn = request["TargetGroupArn"]
        group = _group(arn)
        if group.kind == "lambda":
            _check_function(arn, group, request["Targets"])
            return call_moto(context)
        for target in request["Targets"]:
            _check_target(context, group, target)
        health.registry.register(arn, _addresses(request, group))
        health.scheduler.changed()
        return {}

    @handler("DeregisterTargets", expand=False)
    def deregister_targets(self, context: RequestContext, request: Request) -> Any:
        arn = request["TargetGroupArn"]
        group = _group(arn)
        if group.kind == "lambda":
            return call_moto(context)
        health.registry.deregister(arn, _addresses(request, group), group.deregistration_delay)
        health.scheduler.changed()
        return {}

    @handler("DescribeTargetHealth", expand=False)
    def describe_target_health(self, context: RequestContext, request: Request) -> Any:
        arn = request["TargetGroupArn"]
        group = _group(arn)
        if group.kind == "lambda":
            functions = [group.function_arn] if group.function_arn else []
            found = [{"Target": {"Id": each}, "TargetHealth": UNCHECKED} for each in functions]
            return {"TargetHealthDescriptions": found}
        known = sorted(target.address for target in health.registry.targets(arn))
        asked = _addresses(request, group) if request.get("Targets") else known
        return {"TargetHealthDescriptions": [_description(arn, group, address) for address in asked]}


def _check_target(context: RequestContext, group: view.TargetGroup, target: Request) -> None:
    if group.kind == "instance":
        backend = ec2_backends[context.account_id][context.region]
        if backend.get_instance_by_id(target["Id"]) is None:
            raise error("InvalidTarget", f"The following targets are not valid instances: '{target['Id']}'")
        return
    checked(rules.check_address, target["Id"])
    if target.get("AvailabilityZone") not in (None, "all"):
        raise error("ValidationError", "The emulator does not support AvailabilityZone of targets")


def _check_function(arn: str, group: view.TargetGroup, targets: list[Request]) -> None:
    """Checks RegisterTargets with a Lambda function.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html: a group has one function,
    and the function must permit the load balancer's invocations.
    """
    if len(targets) > 1 or group.function_arn not in (None, targets[0]["Id"]):
        raise error("TooManyTargets", f"The target group '{arn}' can have one Lambda function")
    function = targets[0]["Id"]
    try:
        function_target.check_permission(arn, function)
    except DeniedError as denied:
        message = f"elasticloadbalancing principal does not have permission to invoke {function} from {arn}"
        raise CommonServiceException("AccessDenied", message, 403, sender_fault=True) from denied


def _group(arn: str) -> view.TargetGroup:
    group = view.target_group(arn)
    if group is None:
        raise error("TargetGroupNotFound", "One or more target groups not found")
    return group


def _addresses(request: Request, group: view.TargetGroup) -> list[Address]:
    return [Address(target["Id"], int(target.get("Port") or group.default_port)) for target in request["Targets"]]


def _description(arn: str, group: view.TargetGroup, address: Address) -> dict[str, Any]:
    found = health.describe(arn, address)
    state = {"State": str(found.state), "Reason": found.reason, "Description": found.description}
    return {
        "Target": {"Id": address.host, "Port": address.port},
        "HealthCheckPort": str(group.check.port or address.port),
        "TargetHealth": {name: value for name, value in state.items() if value is not None},
    }
