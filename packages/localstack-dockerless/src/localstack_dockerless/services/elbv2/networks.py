"""Checks a load balancer's subnets and security groups as AWS does. moto does not check them.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#subnets-load-balancer:
At least two zones are needed, with one subnet each. A subnet has at least /27 and 8 free addresses.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from moto.ec2.models import ec2_backends

SMALLEST = 27
LEAST_FREE = 8
LEAST_ZONES = 2


def check_subnets(context: RequestContext, request: Mapping[str, Any]) -> None:
    """Checks CreateLoadBalancer and SetSubnets. Raises AWS's errors."""
    ids = [*(request.get("Subnets") or ()), *(each["SubnetId"] for each in request.get("SubnetMappings") or ())]
    known = {subnet.id: subnet for subnet in ec2_backends[context.account_id][context.region].describe_subnets()}
    if unknown := [each for each in ids if each not in known]:
        raise _error("SubnetNotFound", f"The subnet ID '{unknown[0]}' does not exist")
    subnets = [known[each] for each in ids]
    zones = [subnet.availability_zone for subnet in subnets]
    if len(set(zones)) < len(zones):
        raise _error(
            "InvalidConfigurationRequest",
            "A load balancer cannot be attached to multiple subnets in the same Availability Zone",
        )
    if len(zones) < LEAST_ZONES:
        raise _error("ValidationError", "At least two subnets in two different Availability Zones must be specified")
    if len({subnet.vpc_id for subnet in subnets}) > 1:
        raise _error("InvalidConfigurationRequest", "All subnets must belong to the same VPC")
    _check_room(subnets)


def check_groups(context: RequestContext, ids: Iterable[str]) -> None:
    """Checks CreateLoadBalancer and SetSecurityGroups. Raises AWS's error."""
    backend = ec2_backends[context.account_id][context.region]
    for each in ids:
        if backend.get_security_group_from_id(each) is None:
            raise _error("InvalidSecurityGroup", f"Security group '{each}' does not exist")


def _check_room(subnets: Iterable[Any]) -> None:
    for subnet in subnets:
        if subnet.cidr.prefixlen > SMALLEST or subnet.available_ip_address_count < LEAST_FREE:
            raise _error(
                "InvalidSubnet",
                f"Not enough IP space available in {subnet.id}. ELB requires at least {LEAST_FREE} free IP addresses "
                f"in each subnet, and a CIDR block of at least /{SMALLEST}.",
            )


def _error(code: str, message: str) -> CommonServiceException:
    return CommonServiceException(code, message, 400, sender_fault=True)
