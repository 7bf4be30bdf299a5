"""Refuses CreateSubnet requests that EC2 refuses and moto accepts: a zone of another region, an invalid block.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html: a block of /28 to /16, the region's zones.
moto refuses ranges outside of the VPC, and conflicts.
"""

from collections.abc import Mapping
from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext
from localstack.aws.handlers import serve_custom_service_request_handlers
from moto.ec2.models import ec2_backends

LARGEST, SMALLEST = 16, 28


def register() -> None:
    """Adds the check to LocalStack's request chain."""
    serve_custom_service_request_handlers.append(check_request)


def check_request(_chain: Any, context: RequestContext, _response: Any) -> None:
    """Raises `CommonServiceException`, which becomes the answer."""
    if context.service is None or context.operation is None or context.service.service_name != "ec2":
        return
    if context.operation.name in ("CreateSubnet", "CreateDefaultSubnet"):
        request = context.service_request or {}
        _check_zone(request, ec2_backends[context.account_id][context.region].describe_availability_zones())
        if request.get("CidrBlock"):
            _check_block(request["CidrBlock"])


def _check_zone(request: Mapping[str, Any], zones: list[Any]) -> None:
    name, identifier = request.get("AvailabilityZone"), request.get("AvailabilityZoneId")
    if name and identifier:
        raise _error(
            "InvalidParameterCombination", "You may specify either AvailabilityZone or AvailabilityZoneId, not both."
        )
    for parameter, value, known in (
        ("availabilityZone", name, [zone.name for zone in zones]),
        ("availabilityZoneId", identifier, [zone.zone_id for zone in zones]),
    ):
        if value and value not in known:
            raise _error(
                "InvalidParameterValue",
                f"Value ({value}) for parameter {parameter} is invalid. Subnets can currently only be created in the "
                f"following availability zones: {', '.join(known)}.",
            )


def _check_block(block: str) -> None:
    try:
        network = IPv4Network(block, strict=False)
    except (AddressValueError, NetmaskValueError) as error:
        raise _error(
            "InvalidParameterValue",
            f"Value ({block}) for parameter cidrBlock is invalid. This is not a valid CIDR block.",
        ) from error
    if not LARGEST <= network.prefixlen <= SMALLEST:
        raise _error("InvalidSubnet.Range", f"The CIDR '{block}' is invalid.")


def _error(code: str, message: str) -> CommonServiceException:
    return CommonServiceException(code, message, 400, sender_fault=True)
