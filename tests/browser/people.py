"""People with one of the 2 managed policies of `terraform/modules/people`, as sessions of a role."""

import json
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from local.observe.running import RunningStack


@contextmanager
def credentials_of(stack: RunningStack, policy_arn: str) -> Iterator[Mapping[str, str]]:
    """Yields the variables of a session that may do what the policy allows. Deletes the role in the end."""
    iam, sts, name = stack.client("iam"), stack.client("sts"), f"person-{uuid.uuid4().hex[:8]}"
    trust = {"Effect": "Allow", "Principal": {"AWS": sts.get_caller_identity()["Account"]}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)["Role"]
    iam.attach_role_policy(RoleName=name, PolicyArn=policy_arn)
    try:
        made = sts.assume_role(RoleArn=role["Arn"], RoleSessionName="browser-test")["Credentials"]
        yield {
            "AWS_ACCESS_KEY_ID": made["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"],
            "AWS_SESSION_TOKEN": made["SessionToken"],
        }
    finally:
        iam.detach_role_policy(RoleName=name, PolicyArn=policy_arn)
        iam.delete_role(RoleName=name)
