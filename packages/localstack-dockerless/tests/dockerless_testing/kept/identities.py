"""Keeps resources of IAM and STS."""

from collections.abc import Iterator, Mapping

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.iam_world import arn, report
from dockerless_testing.roles import arn_of, document, trust


def roles_and_sessions(emulator: Emulator) -> Iterator[None]:
    """Keeps an earlier session with exactly the rights of its role. The record of calls stays."""
    iam, sts = emulator.client("iam"), emulator.client("sts")
    url = emulator.client("sqs").create_queue(QueueName="kept-for-a-role")["QueueUrl"]
    topic = emulator.client("sns").create_topic(Name="kept-for-a-role")["TopicArn"]
    iam.create_role(RoleName="kept", AssumeRolePolicyDocument=trust({"AWS": "*"}), Tags=[{"Key": "k", "Value": "v"}])
    send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": arn("sqs", "kept-for-a-role")}
    iam.put_role_policy(RoleName="kept", PolicyName="work", PolicyDocument=document(send))
    publish = {"Effect": "Allow", "Action": "sns:Publish", "Resource": topic}
    policy = iam.create_policy(PolicyName="kept", PolicyDocument=document(publish))
    iam.attach_role_policy(RoleName="kept", PolicyArn=policy["Policy"]["Arn"])
    session = sts.assume_role(RoleArn=arn_of("kept"), RoleSessionName="session")["Credentials"]
    emulator.client_with(session, "sqs").send_message(QueueUrl=url, MessageBody="before")
    _receive_is_denied(emulator, session, url)
    yield
    emulator.client_with(session, "sqs").send_message(QueueUrl=url, MessageBody="after")
    emulator.client_with(session, "sns").publish(TopicArn=topic, Message="after")
    _receive_is_denied(emulator, session, url)
    denied = [entry for entry in report(emulator)["denied"] if entry["principal"] == arn_of("kept")]
    assert [(entry["action"], entry["count"]) for entry in denied] == [("sqs:ReceiveMessage", 2)]


def _receive_is_denied(emulator: Emulator, session: Mapping[str, str], url: str) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        emulator.client_with(session, "sqs").receive_message(QueueUrl=url)
