"""Checks that the subnets, groups and target groups of a service exist.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html
"""

from collections.abc import Mapping
from typing import Any

from moto.ec2.models import ec2_backends
from moto.elbv2.models import elbv2_backends

MOST_SUBNETS, MOST_GROUPS = 16, 5
MISSING = "Network Configuration must be provided when networkMode 'awsvpc' is specified."


def refusal(configuration: Mapping[str, Any] | None, account: str, region: str) -> str | None:
    """Returns the fault of `networkConfiguration` in AWS's words, or None."""
    wanted = (configuration or {}).get("awsvpcConfiguration")
    if not wanted:
        return MISSING
    subnets, groups = wanted.get("subnets") or [], wanted.get("securityGroups") or []
    if not subnets:
        return "subnets can not be empty."
    for what, given, most in (("subnets", subnets, MOST_SUBNETS), ("securityGroups", groups, MOST_GROUPS)):
        if len(given) > most:
            return f"{what} can have at most {most} items."
    backend = ec2_backends[account][region]
    known = {subnet.id: subnet for subnet in backend.describe_subnets()}
    for subnet in subnets:
        if subnet not in known:
            return (
                f"Error retrieving subnet information for [{subnet}]: The subnet ID '{subnet}' does not exist "
                "(ErrorCode: InvalidSubnetID.NotFound)"
            )
    vpcs = {known[subnet].vpc_id for subnet in subnets}
    if len(vpcs) > 1:
        return "The provided subnets are in different VPCs."
    return _groups_refusal(backend, groups, vpcs.pop())


def _groups_refusal(backend: Any, groups: list[str], vpc: str) -> str | None:
    for name in groups:
        group = backend.get_security_group_from_id(name)
        if group is None:
            return (
                f"Error retrieving security group information for [{name}]: The security group '{name}' does not "
                "exist (ErrorCode: InvalidGroup.NotFound)"
            )
        if group.vpc_id != vpc:
            return f"Security group {name} does not appear to belong to the same VPC as the input subnets."
    return None


def with_groups(configuration: Mapping[str, Any], account: str, region: str) -> dict[str, Any]:
    """Adds the VPC's default group if none is named. Tasks' interfaces get it, and the service does not show it."""
    wanted = dict(configuration["awsvpcConfiguration"])
    if not wanted.get("securityGroups"):
        backend = ec2_backends[account][region]
        vpc = backend.get_subnet(wanted["subnets"][0]).vpc_id
        wanted["securityGroups"] = [backend.get_default_security_group(vpc).id]
    return {"awsvpcConfiguration": wanted}


def target_group_refusal(balancers: list[Mapping[str, Any]], account: str, region: str) -> str | None:
    """Returns the fault of `loadBalancers`, or None. Each entry names a target group."""
    backend = elbv2_backends[account][region]
    for balancer in balancers:
        arn = balancer["targetGroupArn"]
        if arn not in backend.target_groups:
            return f"The target group with targetGroupArn {arn} does not exist."
        if not backend._any_listener_using(arn):  # noqa: SLF001 -- moto's own check before it deletes one
            return f"The target group with targetGroupArn {arn} does not have an associated load balancer."
    return None
