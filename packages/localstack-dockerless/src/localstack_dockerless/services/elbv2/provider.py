"""Provides elbv2. moto keeps the load balancers. The data plane (`load_balancer`) keeps the targets and their health.

An operation that affects the data plane is checked first. Then moto stores the change, and the health checks and the
listeners' servers (`entrances`) follow it.
"""

from collections.abc import Callable
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError
from localstack.aws.api import RequestContext, handler
from localstack.aws.connect import connect_to
from localstack.services.moto import call_moto

from localstack_dockerless.services.elbv2 import attributes, networks, rules, state
from localstack_dockerless.services.elbv2.entrances import tls
from localstack_dockerless.services.elbv2.entrances.opened import entrances, free_address
from localstack_dockerless.services.elbv2.errors import checked, error
from localstack_dockerless.services.elbv2.load_balancer import access_log, health, view
from localstack_dockerless.services.elbv2.targets import Targets
from localstack_dockerless.services.moto_provider import moto_provider

Request = dict[str, Any]


def _check_certificates(request: Request) -> None:
    """Requires that a listener can be served with each certificate."""
    for certificate in request.get("Certificates") or ():
        try:
            tls.find(certificate["CertificateArn"])
        except tls.CertificateError as missing:
            raise error("CertificateNotFound", str(missing)) from missing


def _check_listener_attributes(request: Request) -> None:
    rules.check_listener_attributes(_attributes(request))


_CHECKED: dict[str, Callable[[Request], None]] = {
    "AddListenerCertificates": _check_certificates,
    "CreateListener": state.all_of(rules.check_new_listener, state.check_new_port, _check_certificates),
    "ModifyListener": state.all_of(rules.check_listener, state.check_changed_port, _check_certificates),
    "ModifyListenerAttributes": _check_listener_attributes,
    "CreateRule": state.all_of(rules.check_rule, rules.check_priority, state.check_priority),
    "ModifyRule": rules.check_rule,
    "DeleteRule": state.check_deleted_rule,
    "DeleteListener": lambda _: None,
    "RemoveListenerCertificates": lambda _: None,
    "SetRulePriorities": state.check_priorities,
}
_NOT_SUPPORTED = (
    *("CreateTrustStore", "ModifyTrustStore", "AddTrustStoreRevocations"),
    *("ModifyCapacityReservation", "ModifyIpPools"),
)


def _changed() -> None:
    """Lets the data plane follow a change."""
    health.scheduler.changed()
    entrances.refresh()


def _change(operation: str) -> Callable[..., Any]:
    @handler(operation, expand=False)
    def change(_provider: Any, context: RequestContext, request: Request) -> Any:
        checked(_CHECKED[operation], request)
        answer = call_moto(context)
        _changed()
        return answer

    change.__name__ = xform_name(operation)  # LocalStack's dispatch table resolves methods by this name
    return change


_Changes = type("_Changes", (), {xform_name(operation): _change(operation) for operation in _CHECKED})


class Elbv2Provider(_Changes, Targets, moto_provider("elbv2", refused=_NOT_SUPPORTED)):  # type: ignore[misc, valid-type]  # made at run time
    """Has the operations that moto does not answer alone. moto answers every other operation."""

    @handler("CreateLoadBalancer", expand=False)
    def create_load_balancer(self, context: RequestContext, request: Request) -> Any:
        """Answers a second request with the same settings with the existing load balancer, as AWS does.

        https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
        """
        checked(rules.check_balancer, request)
        networks.check_subnets(context, request)
        networks.check_groups(context, request.get("SecurityGroups") or ())
        found = state.same_balancer(context, request)
        arn = found.arn if found else _new_balancer(context)
        elb = connect_to(region_name=context.region, aws_access_key_id=context.account_id).elbv2
        return {"LoadBalancers": elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]}

    @handler("CreateListener", expand=False)
    def create_listener(self, context: RequestContext, request: Request) -> Any:
        checked(_CHECKED["CreateListener"], request)
        answer = call_moto(context)
        arn, balancer = answer["Listeners"][0]["ListenerArn"], request["LoadBalancerArn"]
        # moto gives each listener the attributes of a Network Load Balancer's
        view.backend_of(arn).load_balancers[balancer].listeners[arn].attributes = dict(attributes.LISTENER)
        _changed()
        return answer

    @handler("AddTags", expand=False)
    def add_tags(self, context: RequestContext, request: Request) -> Any:
        """Tags all resources or none: moto tags those before one that it does not find."""
        state.check_arns(context, request)
        return call_moto(context)

    @handler("CreateTargetGroup", expand=False)
    def create_target_group(self, context: RequestContext, request: Request) -> Any:
        checked(rules.check_new_target_group, request)
        answer = call_moto(context)
        arn = answer["TargetGroups"][0]["TargetGroupArn"]
        made = view.backend_of(arn).target_groups[arn]
        made.attributes = attributes.of_group(made.target_type)
        _changed()
        return answer

    @handler("ModifyTargetGroup", expand=False)
    def modify_target_group(self, context: RequestContext, request: Request) -> Any:
        group = view.target_group(request["TargetGroupArn"])
        kind = group.kind if group else "ip"
        checked(rules.check_function_group if kind == "lambda" else rules.check_target_group, request)
        answer = call_moto(context)
        _changed()
        return answer

    @handler("SetSubnets", expand=False)
    def set_subnets(self, context: RequestContext, request: Request) -> Any:
        networks.check_subnets(context, request)
        return call_moto(context)

    @handler("SetSecurityGroups", expand=False)
    def set_security_groups(self, context: RequestContext, request: Request) -> Any:
        networks.check_groups(context, request.get("SecurityGroups") or ())
        return call_moto(context)

    @handler("DeleteTargetGroup", expand=False)
    def delete_target_group(self, context: RequestContext, request: Request) -> Any:
        answer = call_moto(context)
        health.registry.forget(request["TargetGroupArn"])
        return answer

    @handler("ModifyTargetGroupAttributes", expand=False)
    def modify_target_group_attributes(self, context: RequestContext, request: Request) -> Any:
        group = view.target_group(request["TargetGroupArn"])
        known = attributes.of_group(group.kind if group else "ip")
        checked(rules.check_group_attributes, _attributes(request))
        checked(attributes.check, _attributes(request), known, "Target group")
        return call_moto(context)

    @handler("ModifyLoadBalancerAttributes", expand=False)
    def modify_load_balancer_attributes(self, context: RequestContext, request: Request) -> Any:
        checked(rules.check_balancer_attributes, _attributes(request))
        checked(attributes.check, _attributes(request), attributes.BALANCER, "Load balancer")
        _try_bucket(request["LoadBalancerArn"], _attributes(request))
        answer = call_moto(context)
        _changed()
        return answer

    @handler("DeleteLoadBalancer", expand=False)
    def delete_load_balancer(self, context: RequestContext, request: Request) -> Any:
        arn = request["LoadBalancerArn"]
        balancer = view.backend_of(arn).load_balancers.get(arn)
        if balancer is not None and balancer.attrs.get("deletion_protection.enabled") == "true":
            message = f"Load balancer '{arn}' cannot be deleted because deletion protection is enabled"
            raise error("OperationNotPermitted", message)
        answer = call_moto(context)
        _changed()
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
        raise error("ValidationError", "The value of 'access_logs.s3.bucket' cannot be empty")
    try:
        access_log.test_file(arn, wanted)
    except ClientError as denied:
        message = f"Access Denied for bucket: {bucket}. Please check S3bucket permission"
        raise error("InvalidConfigurationRequest", message) from denied


def _new_balancer(context: RequestContext) -> str:
    """Makes the load balancer and returns its ARN. The DNS name of an internet-facing one is its own address."""
    arn: str = call_moto(context)["LoadBalancers"][0]["LoadBalancerArn"]
    made = view.backend_of(arn).load_balancers[arn]
    made.scheme = made.scheme or "internet-facing"  # moto has none if the request has none
    made.attrs = attributes.of_balancer(made.scheme)
    if made.scheme == "internet-facing":
        made.dns_name = free_address()
    _changed()
    return arn


def _attributes(request: Request) -> dict[str, str]:
    return {attribute["Key"]: str(attribute.get("Value", "")) for attribute in request["Attributes"]}
