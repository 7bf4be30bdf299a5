"""Makes roles for tests. They are enforced as any role."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

SERVICES = ["lambda.amazonaws.com", "states.amazonaws.com", "events.amazonaws.com", "ecs-tasks.amazonaws.com"]
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def trust(principal: Any, **more: Any) -> str:
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", **more})


@contextmanager
def role(emulator: Any, *statements: dict[str, Any], trusted: str = "") -> Iterator[str]:
    """Yields the name of a role with `statements`. Without any it may do everything."""
    iam = emulator.client("iam")
    name = f"role-{uuid.uuid4().hex[:12]}"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trusted or trust({"Service": SERVICES}))
    iam.put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=document(*(statements or [ANYTHING])))
    try:
        yield name
    finally:
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            iam.delete_role_policy(RoleName=name, PolicyName=policy)
        for attached in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            iam.detach_role_policy(RoleName=name, PolicyArn=attached["PolicyArn"])
        iam.delete_role(RoleName=name)


def arn_of(name: str) -> str:
    return f"arn:aws:iam::000000000000:role/{name}"
