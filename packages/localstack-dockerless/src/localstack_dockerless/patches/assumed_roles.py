"""A service assumes a role for the resource that it acts for (`iam/acting.py`)."""

from typing import Any

from localstack_dockerless.iam import acting
from localstack_dockerless.patches.conditions import IAM_EVALUATES
from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="The call to STS names no resource, and a trust policy with `aws:SourceArn` denies it.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    only_if=IAM_EVALUATES,
)


@PATCH.wraps("localstack.aws.connect:ClientFactory.with_assumed_role")
def with_assumed_role(original: Any, self: Any, **options: Any) -> Any:
    principal = options.get("service_principal")
    arn = acting.resource_of(principal)
    if arn is None:
        return original(self, **options)
    region = options.get("region_name")
    sts = self(region_name=region).sts.request_metadata(source_arn=arn, service_principal=principal)
    name = acting.session_name(options.get("session_name") or arn.rpartition(":")[2], str(principal))
    own_role = acting.role_of(principal) or options["role_arn"]
    credentials = sts.assume_role(RoleArn=own_role, RoleSessionName=name)["Credentials"]
    if own_role != options["role_arn"]:
        sts = self(region_name=region, **_keys(credentials)).sts
        credentials = sts.assume_role(RoleArn=options["role_arn"], RoleSessionName=name)["Credentials"]
    return self(
        region_name=region,
        **_keys(credentials),
        endpoint_url=options.get("endpoint_url"),
        config=options.get("config"),
    )


def _keys(credentials: Any) -> dict[str, str]:
    return {
        "aws_access_key_id": credentials["AccessKeyId"],
        "aws_secret_access_key": credentials["SecretAccessKey"],
        "aws_session_token": credentials["SessionToken"],
    }
