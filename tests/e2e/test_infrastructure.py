"""What Terraform made, as AWS's APIs describe it."""

import json

import pytest

from local.observe.running import RunningStack

OUTPUTS = (
    "api_url",
    "customers_table",
    "exported_bucket",
    "enriched_bucket",
    "state_machine_arn",
    "alarms_table",
    "alarm_topic_arn",
    "alarm_queue_url",
)


def test_the_second_plan_is_empty(stack: RunningStack) -> None:
    code, output = stack.plan()
    assert code == 0, output


@pytest.mark.parametrize("name", OUTPUTS)
def test_tools_find_what_they_rely_on_in_the_outputs(stack: RunningStack, name: str) -> None:
    assert stack.outputs[name]


def test_no_output_holds_the_database_password(stack: RunningStack) -> None:
    secret = stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["database_secret_arn"])
    assert json.loads(secret["SecretString"])["password"] not in json.dumps(stack.outputs)


@pytest.mark.parametrize("output", ["exported_bucket", "enriched_bucket"])
def test_the_buckets_are_private_and_encrypted(stack: RunningStack, output: str) -> None:
    s3, bucket = stack.client("s3"), stack.outputs[output]
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    statements = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    tls_only = [each for each in statements if each["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}]
    assert [each["Effect"] for each in tls_only] == ["Deny"]


def test_the_alarm_queue_has_a_dead_letter_queue(stack: RunningStack) -> None:
    sqs = stack.client("sqs")
    attributes = sqs.get_queue_attributes(QueueUrl=stack.outputs["alarm_queue_url"], AttributeNames=["All"])
    policy = json.loads(attributes["Attributes"]["RedrivePolicy"])
    name = policy["deadLetterTargetArn"].rsplit(":", 1)[1]
    assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == stack.outputs["alarm_dead_letter_queue_url"]


def test_the_database_is_encrypted_and_not_public(stack: RunningStack) -> None:
    instances = stack.client("rds").describe_db_instances()["DBInstances"]
    (instance,) = [each for each in instances if each["DBName"] == stack.outputs["database_name"]]
    assert instance["StorageEncrypted"]
    assert not instance["PubliclyAccessible"]
    assert instance["DBInstanceStatus"] == "available"
