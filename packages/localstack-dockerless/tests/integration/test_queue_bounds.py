"""SQS refuses attributes and parameters out of their bounds, and accepts the bounds themselves."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.event_world import ACCOUNT, REGION, queue, unique

DEAD = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead"
REFUSED: list[tuple[str, str, str]] = [
    *(("InvalidAttributeValue", name, value) for name, value in [
        ("VisibilityTimeout", "-1"), ("VisibilityTimeout", "43201"), ("VisibilityTimeout", "1.5"),
        ("DelaySeconds", "901"), ("DelaySeconds", "soon"), ("MaximumMessageSize", "1023"),
        ("MaximumMessageSize", "1048577"), ("MessageRetentionPeriod", "59"), ("MessageRetentionPeriod", "1209601"),
        ("ReceiveMessageWaitTimeSeconds", "21"), ("KmsDataKeyReusePeriodSeconds", "59"),
        ("KmsDataKeyReusePeriodSeconds", "86401"), ("SqsManagedSseEnabled", "perhaps"),
        ("Policy", "{"), ("Policy", '"text"'), ("Policy", "{}"), ("Policy", '{"Statement": [{"Effect": "Perhaps"}]}'),
    ]),
    *(("InvalidParameterValue", "RedrivePolicy", value) for value in [
        "text", "{}", json.dumps({"deadLetterTargetArn": DEAD, "maxReceiveCount": 0}),
        json.dumps({"deadLetterTargetArn": DEAD, "maxReceiveCount": "1001"}),
        json.dumps({"deadLetterTargetArn": "dead", "maxReceiveCount": 3}), json.dumps({"maxReceiveCount": 3}),
        json.dumps({"deadLetterTargetArn": DEAD, "maxReceiveCount": 3, "more": 1}),
    ]),
    *(("InvalidParameterValue", "RedriveAllowPolicy", value) for value in [
        "{}", '{"redrivePermission": "some"}', '{"redrivePermission": "byQueue"}',
        json.dumps({"redrivePermission": "allowAll", "sourceQueueArns": [DEAD]}),
        json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [DEAD] * 11}),
    ]),
    ("InvalidAttributeName", "Visibility", "1"),
    ("InvalidAttributeName", "QueueArn", DEAD),
]  # fmt: skip


@pytest.mark.parametrize(("code", "name", "value"), REFUSED)
def test_an_attribute_out_of_its_bounds_is_refused(emulator: Emulator, code: str, name: str, value: str) -> None:
    sqs, new = emulator.client("sqs"), unique()
    with queue(emulator) as made:
        before = sqs.get_queue_attributes(QueueUrl=made.url, AttributeNames=["All"])["Attributes"]
        with pytest.raises(ClientError, match=name) as of_old:
            sqs.set_queue_attributes(QueueUrl=made.url, Attributes={name: value})
        with pytest.raises(ClientError, match=name) as of_new:
            sqs.create_queue(QueueName=new, Attributes={name: value})
        assert sqs.get_queue_attributes(QueueUrl=made.url, AttributeNames=["All"])["Attributes"] == before
    for refused in (of_old, of_new):
        error = refused.value.response
        assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (code, 400)
    assert sqs.list_queues(QueueNamePrefix=new).get("QueueUrls", []) == []


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("VisibilityTimeout", "0", "43200"),
        ("DelaySeconds", "0", "900"),
        ("MaximumMessageSize", "1024", "1048576"),
        ("MessageRetentionPeriod", "60", "1209600"),
        ("ReceiveMessageWaitTimeSeconds", "0", "20"),
        ("KmsDataKeyReusePeriodSeconds", "60", "86400"),
    ],
)
def test_an_attribute_at_its_bound_is_taken(emulator: Emulator, name: str, least: str, most: str) -> None:
    sqs = emulator.client("sqs")
    for value in (least, most):
        with queue(emulator, **{name: value}) as made:
            sqs.set_queue_attributes(QueueUrl=made.url, Attributes={name: value})
            assert sqs.get_queue_attributes(QueueUrl=made.url, AttributeNames=[name])["Attributes"] == {name: value}


def test_policies_as_terraform_writes_them_are_taken(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    with queue(emulator) as dead, queue(emulator) as made:
        redrive = json.dumps({"deadLetterTargetArn": dead.arn, "maxReceiveCount": 3})
        allow = json.dumps({"redrivePermission": "byQueue", "sourceQueueArns": [made.arn]})
        statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": made.arn}
        policy = json.dumps({"Version": "2012-10-17", "Statement": statement})
        sqs.set_queue_attributes(QueueUrl=made.url, Attributes={"RedrivePolicy": redrive, "Policy": policy})
        sqs.set_queue_attributes(QueueUrl=dead.url, Attributes={"RedriveAllowPolicy": allow})
        sqs.set_queue_attributes(QueueUrl=made.url, Attributes={"RedrivePolicy": "", "Policy": ""})
        kept = sqs.get_queue_attributes(QueueUrl=made.url, AttributeNames=["All"])["Attributes"]
        assert not {"RedrivePolicy", "Policy"} & set(kept)


@pytest.mark.parametrize(
    "parameters",
    [
        {"MaxNumberOfMessages": 0},
        {"MaxNumberOfMessages": 11},
        {"MaxNumberOfMessages": -1},
        {"WaitTimeSeconds": 21},
        {"WaitTimeSeconds": -1},
        {"VisibilityTimeout": 43201},
    ],
)
def test_a_receive_out_of_bounds_is_refused(emulator: Emulator, parameters: dict[str, Any]) -> None:
    (name,) = parameters
    with queue(emulator) as made, pytest.raises(ClientError, match=f"for parameter {name} is invalid") as refused:
        emulator.client("sqs").receive_message(QueueUrl=made.url, **parameters)
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_message_out_of_bounds_is_refused_and_the_others_of_its_batch_are_done(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    with queue(emulator) as made:
        with pytest.raises(ClientError, match="for parameter DelaySeconds is invalid"):
            sqs.send_message(QueueUrl=made.url, MessageBody="late", DelaySeconds=901)
        entries = [{"Id": "good", "MessageBody": "good"}, {"Id": "late", "MessageBody": "late", "DelaySeconds": 901}]
        sent = sqs.send_message_batch(QueueUrl=made.url, Entries=entries)
        assert [each["Id"] for each in sent["Successful"]] == ["good"]
        assert [each["Id"] for each in sent["Failed"]] == ["late"]
        message = made.next()
        with pytest.raises(ClientError, match="for parameter VisibilityTimeout is invalid"):
            sqs.change_message_visibility(
                QueueUrl=made.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=43201
            )
        entry = {"Id": "long", "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 43201}
        changed = sqs.change_message_visibility_batch(QueueUrl=made.url, Entries=[entry])
        assert [(each["Id"], each["Code"]) for each in changed["Failed"]] == [("long", "InvalidParameterValue")]
