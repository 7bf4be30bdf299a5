"""SQS queues lose an attribute that is removed."""

import json
import uuid

from dockerless_testing.emulator import Emulator


def test_an_emptied_redrive_allow_policy_is_gone(emulator: Emulator) -> None:
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName=f"t{uuid.uuid4().hex}")["QueueUrl"]
    try:
        policy = json.dumps({"redrivePermission": "denyAll"})
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": policy})
        assert "RedriveAllowPolicy" in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"RedriveAllowPolicy": ""})
        left = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        assert "RedriveAllowPolicy" not in left
    finally:
        sqs.delete_queue(QueueUrl=url)
