"""IAM and STS."""

from collections.abc import Iterator

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.iam_world import uses
from dockerless_testing.roles import arn_of, document, trust


def roles_and_sessions(emulator: Emulator) -> Iterator[None]:
    """A session that was given out before goes on, and may do what its role may, no more. The record stays."""
    iam, sts = emulator.client("iam"), emulator.client("sts")
    iam.create_role(RoleName="kept", AssumeRolePolicyDocument=trust({"AWS": "*"}), Tags=[{"Key": "k", "Value": "v"}])
    allowed = {"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}
    iam.put_role_policy(RoleName="kept", PolicyName="work", PolicyDocument=document(allowed))
    policy = iam.create_policy(PolicyName="kept", PolicyDocument=document({**allowed, "Action": "sns:ListTopics"}))
    iam.attach_role_policy(RoleName="kept", PolicyArn=policy["Policy"]["Arn"])
    session = sts.assume_role(RoleArn=arn_of("kept"), RoleSessionName="session")["Credentials"]
    emulator.client_with(session, "sqs").list_queues()
    yield
    emulator.client_with(session, "sqs").list_queues()
    emulator.client_with(session, "sns").list_topics()
    with pytest.raises(ClientError, match="AccessDenied"):
        emulator.client_with(session, "sqs").create_queue(QueueName="not-allowed")
    assert uses(emulator, "role kept", "sqs:ListQueues") == 2
