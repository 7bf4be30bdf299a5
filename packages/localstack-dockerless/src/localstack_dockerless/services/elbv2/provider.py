"""Provides elbv2. moto keeps the load balancers. The data plane (`load_balancer`) keeps the targets and their health.

An operation that affects the data plane is checked first. Then moto stores the change, and the health checks restart.
"""

from collections.abc import Callable
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError
from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.aws.connect import connect_to
from localstack.services.moto import call_moto

from localstack_dockerless.services.elbv2 import attributes, networks, rules, state
from localstack_dockerless.services.elbv2.load_balancer import access_log, health, view
from localstack_dockerless.services.elbv2.load_balancer.targets import Address
from localstack_dockerless.services.moto_provider import moto_provider

Request = dict[str, Any]

_CHECKED: dict[str, Callable[[Request], None]] = {
    "CreateListener": state.all_of(rules.check_listener, state.check_new_port),
    "ModifyListener": state.all_of(rules.check_listener, state.check_changed_port),
    "CreateRule": state.all_of(rules.check_rule, rules.check_priority, state.check_priority),
    "ModifyRule": rules.check_rule,
    "DeleteRule": state.check_deleted_rule,
    "DeleteListener": lambda _: None,
    "SetRulePriorities": state.check_priorities,
    "ModifyTargetGroup": rules.check_target_group,
}
_NOT_SUPPORTED = (
    *("CreateTrustStore", "ModifyTrustStore", "AddTrustStoreRevocations", "AddListenerCertificates"),
    *("ModifyCapacityReservation", "ModifyIpPools"),
)


def _error(code: str, message: str) -> CommonServiceException:
    return CommonServiceException(code, message, status_code=400, sender_fault=True)


def _checked(check: Callable[..., None], *arguments: Any) -> None:
    try:
        check(*arguments)
    except rules.RefusedError as error:
        raise _error("ValidationError", str(error)) from error


def _change(operation: str) -> Callable[..., Any]:
    @handler(operation, expand=False)
    def change(_provider: Any, context: RequestContext, request: Request) -> Any:
        _checked(_CHECKED[operation], request)
        answer = call_moto(context)
        health.scheduler.changed()
        return answer

    change.__name__ = xform_name(operation)  # LocalStack's dispatch table resolves methods by this name
    return change


_Changes = type("_Changes", (), {xform_name(operation): _change(operation) for operation in _CHECKED})


class Elbv2Provider(_Changes, moto_provider("elbv2", refused=_NOT_SUPPORTED)):  # type: ignore[misc, valid-type]  # made at run time
    """Has the operations that moto does not answer alone. moto answers every other operation."""

    @handler("CreateLoadBalancer", expand=False)
    def create_load_balancer(self, context: RequestContext, request: Request) -> Any:
        """Answers a second request with the same settings with the existing load balancer, as AWS does.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
        """
        _checked(rules.check_balancer, request)
        networks.check_subnets(context, request)
        networks.check_groups(context, request.get("SecurityGroups") or ())
        if found := state.same_balancer(context, request):
            elb = connect_to(region_name=context.region, aws_access_key_id=context.account_id).elbv2
            return {"LoadBalancers": elb.describe_load_balancers(LoadBalancerArns=[found.arn])["LoadBalancers"]}
        answer = call_moto(context)
        made = view.backend_of(answer["LoadBalancers"][0]["LoadBalancerArn"]).load_balancers
        made[answer["LoadBalancers"][0]["LoadBalancerArn"]].attrs = dict(attributes.BALANCER)
        health.scheduler.changed()
        return answer

    @handler("CreateTargetGroup", expand=False)
    def create_target_group(self, context: RequestContext, request: Request) -> Any:
        _checked(rules.check_new_target_group, request)
        answer = call_moto(context)
        arn = answer["TargetGroups"][0]["TargetGroupArn"]
        view.backend_of(arn).target_groups[arn].attributes = dict(attributes.GROUP)
        health.scheduler.changed()
        return answer

    @handler("SetSubnets", expand=False)
    def set_subnets(self, context: RequestContext, request: Request) -> Any:
        networks.check_subnets(context, request)
        return call_moto(context)

    @handler("SetSecurityGroups", expand=False)
    def set_security_groups(self, context: RequestContext, request: Request) -> Any:
        networks.check_groups(context, request.get("SecurityGroups") or ())
        return call_moto(context)

    @handler("RegisterTargets", expand=False)
    def register_targets(self, context: RequestContext, request: Request) -> Any:
        arn = request["TargetGroupArn"]
        group = _group(arn)
        for target in request["Targets"]:
            _checked(rules.check_address, target["Id"])
            if target.get("AvailabilityZone") not in (None, "all"):
                raise _error("ValidationError", "The emulator does not support AvailabilityZone of targets")
        health.registry.register(arn, _addresses(request, group))
        health.scheduler.changed()
        return {}

    @handler("DeregisterTargets", expand=False)
    def deregister_targets(self, context: RequestContext, request: Request) -> Any:
        arn = request["TargetGroupArn"]
        group = _group(arn)
        health.registry.deregister(arn, _addresses(request, group), group.deregistration_delay)
        health.scheduler.changed()
        return {}

    @handler("DescribeTargetHealth", expand=False)
    def describe_target_health(self, context: RequestContext, request: Request) -> Any:
        arn = request["TargetGroupArn"]
        group = _group(arn)
        known = sorted(target.address for target in health.registry.targets(arn))
        asked = _addresses(request, group) if request.get("Targets") else known
        return {"TargetHealthDescriptions": [_description(arn, group, address) for address in asked]}

    @handler("DeleteTargetGroup", expand=False)
    def delete_target_group(self, context: RequestContext, request: Request) -> Any:
        answer = call_moto(context)
        health.registry.forget(request["TargetGroupArn"])
        return answer

    @handler("ModifyTargetGroupAttributes", expand=False)
    def modify_target_group_attributes(self, context: RequestContext, request: Request) -> Any:
        _checked(rules.check_group_attributes, _attributes(request))
        _checked(attributes.check, _attributes(request), attributes.GROUP, "Target group")
        return call_moto(context)

    @handler("ModifyLoadBalancerAttributes", expand=False)
    def modify_load_balancer_attributes(self, context: RequestContext, request: Request) -> Any:
        _checked(rules.check_balancer_attributes, _attributes(request))
        _checked(attributes.check, _attributes(request), attributes.BALANCER, "Load balancer")
        _try_bucket(request["LoadBalancerArn"], _attributes(request))
        return call_moto(context)

    @handler("DeleteLoadBalancer", expand=False)
    def delete_load_balancer(self, context: RequestContext, request: Request) -> Any:
        arn = request["LoadBalancerArn"]
        balancer = view.backend_of(arn).load_balancers.get(arn)
        if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
            message = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            raise _error("OperationNotPermitted", message)
        answer = call_moto(context)
        health.scheduler.changed()
        return answer


def _try_bucket(arn: str, changed: dict[str, str]) -> None:
    """Refuses an access log that cannot be written, as AWS does.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    """
    balancer = view.backend_of(arn).load_balancers.get(arn)
    wanted = {**(balancer.attrs if balancer else {}), **changed}
    if balancer is None or wanted.get("access_logs.s3.enabled") != "true":
        return
    bucket = wanted.get("access_logs.s3.bucket", "")
    if not bucket:
        raise _error("ValidationError", "The value of 'access_logs.s3.bucket' cannot be empty")
    try:
        access_log.test_file(arn, wanted)
    except ClientError as error:
        message = f"Access Denied for bucket: {bucket}. Please check S3bucket permission"
        raise _error("InvalidConfigurationRequest", message) from error


def _group(arn: str) -> view.TargetGroup:
    group = view.target_group(arn)
    if group is None:
        raise _error("TargetGroupNotFound", "One or more target groups not found")
    return group


def _addresses(request: Request, group: view.TargetGroup) -> list[Address]:
    return [Address(target["Id"], int(target.get("Port") or group.default_port)) for target in request["Targets"]]


def _attributes(request: Request) -> dict[str, str]:
    return {attribute["Key"]: str(attribute.get("Value", "")) for attribute in request["Attributes"]}


def _description(arn: str, group: view.TargetGroup, address: Address) -> dict[str, Any]:
    found = health.describe(arn, address)
    state = {"State": str(found.state), "Reason": found.reason, "Description": found.description}
    return {
        "Target": {"Id": address.host, "Port": address.port},
        "HealthCheckPort": str(group.check.port or address.port),
        "TargetHealth": {name: value for name, value in state.items() if value is not None},
    }
