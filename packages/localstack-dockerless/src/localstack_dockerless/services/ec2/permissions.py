"""Lists the permissions of EC2's operations on network interfaces and zones.

Lambda calls the former for a function in a VPC. Terraform asks for the zones when it plans.
"""

# ruff: noqa: ARG001 -- every rule takes the same 3 parameters

from collections.abc import Iterable

from localstack_dockerless.iam.needs import Need, Parameters, Scope
from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import everything, named


def _network_interface(operation: str, parameters: Parameters, scope: Scope) -> Iterable[Need]:
    yield Need("ec2:CreateNetworkInterface", scope.arn("ec2", "network-interface/*"))
    yield Need("ec2:CreateNetworkInterface", scope.arn("ec2", f"subnet/{parameters['SubnetId']}"))
    for group in parameters.get("Groups") or []:
        yield Need("ec2:CreateNetworkInterface", scope.arn("ec2", f"security-group/{group}"))


PERMISSIONS = Permissions(
    "ec2",
    {
        "CreateNetworkInterface": _network_interface,
        "DeleteNetworkInterface": named("ec2", "NetworkInterfaceId", "network-interface/"),
        "AssignPrivateIpAddresses": named("ec2", "NetworkInterfaceId", "network-interface/"),
        "UnassignPrivateIpAddresses": named("ec2", "NetworkInterfaceId", "network-interface/"),
        "DescribeNetworkInterfaces": everything("ec2"),
        "DescribeSubnets": everything("ec2"),
        "DescribeAvailabilityZones": everything("ec2"),
    },
)
