"""A VPC endpoint shows its policy as it was given, and AWS's default policy without a version."""

import json

import pytest

from dockerless_testing.emulator import Emulator

ANYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
READ = {"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": "*"}
GIVEN = [
    {"Version": "2012-10-17", "Statement": [ANYTHING]},
    {"Version": "2012-10-17", "Statement": [READ]},
    {"Statement": [READ]},
]


@pytest.mark.parametrize("given", [*GIVEN, None], ids=["anything", "read", "without a version", "none"])
def test_an_endpoint_shows_its_policy(emulator: Emulator, given: dict[str, object] | None) -> None:
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    policy = {"PolicyDocument": json.dumps(given)} if given else {}
    made = ec2.create_vpc_endpoint(
        VpcId=vpc, VpcEndpointType="Gateway", ServiceName="com.amazonaws.eu-central-1.dynamodb", **policy
    )
    number = made["VpcEndpoint"]["VpcEndpointId"]
    try:
        (shown,) = ec2.describe_vpc_endpoints(VpcEndpointIds=[number])["VpcEndpoints"]
        assert json.loads(shown["PolicyDocument"]) == (given or {"Statement": [ANYTHING]})
    finally:
        ec2.delete_vpc_endpoints(VpcEndpointIds=[number])
        ec2.delete_vpc(VpcId=vpc)
