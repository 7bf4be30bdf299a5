"""EC2 describes an endpoint's policy as it was given."""

import json
from typing import Any

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="LocalStack leaves the `Version` out of every policy, and not only out of the default one.",
    source="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html",
    when="ec2",
)


@PATCH.wraps("localstack.services.ec2.provider:Ec2Provider.describe_vpc_endpoints")
def describe_vpc_endpoints(original: Any, self: Any, context: Any, request: Any) -> Any:
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 -- EC2 is imported when it is used
    from moto.ec2.models.vpcs import VPCEndPoint  # noqa: PLC0415

    default = json.dumps(VPCEndPoint.DEFAULT_POLICY)
    result = original(self, context, request)
    kept = ec2_backends[context.account_id][context.region].vpc_end_points
    for endpoint in result["VpcEndpoints"]:
        policy = kept[endpoint["VpcEndpointId"]].policy_document
        if policy != default:
            endpoint["PolicyDocument"] = policy
    return result
