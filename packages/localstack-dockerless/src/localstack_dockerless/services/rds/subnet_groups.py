"""Provides RDS's DB subnet groups with moto, and refuses requests that AWS refuses.

https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSubnetGroup.html
"""

from collections.abc import Iterable
from typing import Any

from localstack.aws.api import CommonServiceException, RequestContext, handler
from localstack.services.moto import call_moto
from moto.ec2.models import ec2_backends
from moto.rds.models import rds_backends

LEAST_ZONES = 2


class SubnetGroups:
    """Has the operations of `RdsProvider` on DB subnet groups."""

    @handler("CreateDBSubnetGroup", expand=False)
    def create_db_subnet_group(self, context: RequestContext, request: dict[str, Any]) -> Any:
        name = request["DBSubnetGroupName"]
        if name.lower() == "default":
            raise _error("InvalidParameterValue", "The parameter DBSubnetGroupName must not be Default.")
        if name.lower() in _groups(context):
            raise _error("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists.")
        _check_subnets(context, request.get("SubnetIds") or ())
        return call_moto(context)

    @handler("ModifyDBSubnetGroup", expand=False)
    def modify_db_subnet_group(self, context: RequestContext, request: dict[str, Any]) -> Any:
        name = request["DBSubnetGroupName"]
        group = _groups(context).get(name.lower())
        if group is None:
            raise _error("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.")
        _check_subnets(context, request.get("SubnetIds") or (), group.vpc_id)
        answer = call_moto(context)
        # moto takes the group out and forgets it
        rds_backends[context.account_id][context.region].subnet_groups[group.name] = group
        return answer

    @handler("DeleteDBSubnetGroup", expand=False)
    def delete_db_subnet_group(self, context: RequestContext, request: dict[str, Any]) -> Any:
        name = request["DBSubnetGroupName"]
        for database in list(rds_backends[context.account_id][context.region].databases.values()):
            if (database.db_subnet_group_name or "").lower() == name.lower():
                raise _error(
                    "InvalidDBSubnetGroupStateFault",
                    f"Cannot delete the subnet group '{name}' because at least one database instance: "
                    f"{database.db_instance_identifier} is still using it.",
                )
        return call_moto(context)


def check_zone(context: RequestContext, zone: str | None) -> None:
    """Requires a zone of the endpoint's region.

    https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html
    """
    known = [each.name for each in ec2_backends[context.account_id][context.region].describe_availability_zones()]
    if zone and zone not in known:
        raise _error(
            "InvalidVPCNetworkStateFault", f"The availability zone {zone} is not one of {context.region}'s: {known}."
        )


def _groups(context: RequestContext) -> dict[str, Any]:
    groups = rds_backends[context.account_id][context.region].subnet_groups
    return {name.lower(): group for name, group in groups.items()}


def _check_subnets(context: RequestContext, ids: Iterable[str], vpc: str | None = None) -> None:
    wanted = list(ids)
    known = {subnet.id: subnet for subnet in ec2_backends[context.account_id][context.region].describe_subnets()}
    if unknown := [each for each in wanted if each not in known]:
        raise _error("InvalidSubnet", f"Some input subnets in :[{', '.join(unknown)}] are invalid.")
    subnets = [known[each] for each in wanted]
    if len({subnet.vpc_id for subnet in subnets} | ({vpc} if vpc else set())) > 1:
        raise _error("InvalidSubnet", "The subnets were requested of more than one VPC: they must be of a common one.")
    zones = sorted({subnet.availability_zone for subnet in subnets})
    if len(zones) < LEAST_ZONES:
        raise _error(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "
            f"Current AZ coverage: {', '.join(zones)}. Add subnets to cover at least {LEAST_ZONES} AZs.",
        )


def _error(code: str, message: str) -> CommonServiceException:
    return CommonServiceException(code, message, sender_fault=True)
