"""Subnets with wrong zones, wrong blocks or too little room are refused as on AWS."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from dockerless_testing.emulator import Emulator
from dockerless_testing.refusals import refusal_400

REGION = "eu-central-1"


class Network:
    """Holds one VPC, 10.40.0.0/16."""

    def __init__(self, emulator: Emulator) -> None:
        self.ec2, self.elb, self.rds = (emulator.client(name) for name in ("ec2", "elbv2", "rds"))
        self.vpc = self.ec2.create_vpc(CidrBlock="10.40.0.0/16")["Vpc"]["VpcId"]
        self.subnets: list[str] = []

    def subnet(self, block: str, zone: str = "a", **settings: Any) -> str:
        place = {} if "AvailabilityZoneId" in settings else {"AvailabilityZone": f"{REGION}{zone}"}
        made = self.ec2.create_subnet(**{"VpcId": self.vpc, "CidrBlock": block, **place, **settings})["Subnet"]
        self.subnets.append(made["SubnetId"])
        return self.subnets[-1]

    def close(self) -> None:
        for subnet in self.subnets:
            self.ec2.delete_subnet(SubnetId=subnet)
        self.ec2.delete_vpc(VpcId=self.vpc)


@pytest.fixture
def network(emulator: Emulator) -> Iterator[Network]:
    made = Network(emulator)
    yield made
    made.close()


def refusal(call: Any, *arguments: Any, **settings: Any) -> str:
    """Returns the code of the error, whose status is 400."""
    return refusal_400(call, *arguments, **settings).partition(":")[0]


@pytest.mark.parametrize(
    ("block", "settings", "code"),
    [
        ("10.40.0.0/24", {"AvailabilityZone": "us-east-1a"}, "InvalidParameterValue"),
        ("10.40.0.0/24", {"AvailabilityZone": "eu-central-1"}, "InvalidParameterValue"),
        ("10.40.0.0/24", {"AvailabilityZone": "eu-central-1z"}, "InvalidParameterValue"),
        ("10.40.0.0/24", {"AvailabilityZoneId": "use1-az1"}, "InvalidParameterValue"),
        ("10.41.0.0/24", {}, "InvalidSubnet.Range"),
        ("10.40.0.0/15", {}, "InvalidSubnet.Range"),
        ("10.40.0.0/29", {}, "InvalidSubnet.Range"),
        ("10.40.0.0/33", {}, "InvalidParameterValue"),
        ("ten", {}, "InvalidParameterValue"),
        ("10.40.9.128/25", {}, "InvalidSubnet.Conflict"),
    ],
)
def test_a_subnet_that_aws_refuses(network: Network, block: str, settings: dict[str, Any], code: str) -> None:
    network.subnet("10.40.9.0/24")
    assert refusal(network.subnet, block, **settings) == code


@pytest.mark.parametrize("block", ["10.40.0.0/16", "10.40.0.0/28"])
def test_the_largest_and_the_smallest_subnet_are_made(network: Network, block: str) -> None:
    zone = network.ec2.describe_availability_zones()["AvailabilityZones"][0]
    assert network.subnet(block, AvailabilityZoneId=zone["ZoneId"])


@pytest.mark.parametrize(
    ("subnets", "code"),
    [
        ([("10.40.0.0/28", "a"), ("10.40.1.0/28", "b")], "InvalidSubnet"),
        ([("10.40.0.0/24", "a"), ("10.40.1.0/28", "b")], "InvalidSubnet"),
        ([("10.40.0.0/24", "a")], "ValidationError"),
        ([("10.40.0.0/24", "a"), ("10.40.1.0/24", "a")], "InvalidConfigurationRequest"),
    ],
)
def test_a_load_balancer_without_room_or_zones_is_refused(
    network: Network, subnets: list[tuple[str, str]], code: str
) -> None:
    made = [network.subnet(*each) for each in subnets]
    assert refusal(network.elb.create_load_balancer, Name="none", Scheme="internal", Subnets=made) == code


def test_a_load_balancer_moves_to_no_such_subnets_either(network: Network) -> None:
    good = [network.subnet("10.40.0.0/27", "a"), network.subnet("10.40.1.0/27", "b")]
    small = network.subnet("10.40.2.0/28", "c")
    name = f"l{uuid.uuid4().hex[:10]}"
    arn = network.elb.create_load_balancer(Name=name, Scheme="internal", Subnets=good)["LoadBalancers"][0][
        "LoadBalancerArn"
    ]
    assert refusal(network.elb.set_subnets, LoadBalancerArn=arn, Subnets=[good[0], small]) == "InvalidSubnet"
    other = {"Name": name, "Scheme": "internal", "Subnets": [good[0], network.subnet("10.40.3.0/24", "c")]}
    assert refusal(network.elb.create_load_balancer, **other) == "DuplicateLoadBalancerName"
    unknown = {"Name": "none", "Scheme": "internal"}
    assert refusal(network.elb.create_load_balancer, Subnets=["subnet-0", good[0]], **unknown) == "SubnetNotFound"
    groups = {"Subnets": good, "SecurityGroups": ["sg-0"]}
    assert refusal(network.elb.create_load_balancer, **groups, **unknown) == "InvalidSecurityGroup"
    network.elb.delete_load_balancer(LoadBalancerArn=arn)


def test_a_db_subnet_group_covers_two_zones_of_one_vpc(network: Network, emulator: Emulator) -> None:
    first, second = network.subnet("10.40.0.0/24", "a"), network.subnet("10.40.1.0/24", "b")
    same_zone = network.subnet("10.40.2.0/24", "a")
    name = f"g{uuid.uuid4().hex[:10]}"

    def make(*subnets: str, name: str = name) -> Any:
        return network.rds.create_db_subnet_group(
            DBSubnetGroupName=name, DBSubnetGroupDescription="-", SubnetIds=subnets
        )

    assert refusal(make, first, "subnet-0") == "InvalidSubnet"
    assert refusal(make, first) == "DBSubnetGroupDoesNotCoverEnoughAZs"
    assert refusal(make, first, same_zone) == "DBSubnetGroupDoesNotCoverEnoughAZs"
    assert refusal(make, first, second, name="Default") == "InvalidParameterValue"
    elsewhere = Network(emulator)
    assert refusal(make, first, elsewhere.subnet("10.40.0.0/24", "b")) == "InvalidSubnet"
    elsewhere.close()
    make(first, second)
    assert refusal(make, first, second) == "DBSubnetGroupAlreadyExists"
    modify = network.rds.modify_db_subnet_group
    assert refusal(modify, DBSubnetGroupName=name, SubnetIds=[first]) == "DBSubnetGroupDoesNotCoverEnoughAZs"
    with pytest.raises(network.rds.exceptions.DBSubnetGroupNotFoundFault):
        modify(DBSubnetGroupName="none", SubnetIds=[first, second])
    modify(DBSubnetGroupName=name, DBSubnetGroupDescription="wider", SubnetIds=[first, second, same_zone])
    group = network.rds.describe_db_subnet_groups(DBSubnetGroupName=name)["DBSubnetGroups"][0]
    assert group["DBSubnetGroupDescription"] == "wider"
    assert {each["SubnetIdentifier"] for each in group["Subnets"]} == {first, second, same_zone}
    network.rds.delete_db_subnet_group(DBSubnetGroupName=name)
