"""A load balancer writes its access log to the bucket of its attribute, if the bucket's policy allows it."""

import gzip
import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.backends import Backend
from dockerless_testing.bare_localstack import LocalStackProcess, of_everything
from dockerless_testing.emulator import Emulator
from dockerless_testing.gateways import ACCOUNT, Balancer, Gateway
from dockerless_testing.network import free_port


def allow(emulator: Emulator, bucket: str) -> None:
    """https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html"""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/lb/AWSLogs/{ACCOUNT}/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    emulator.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)


def log_to(balancer: Balancer, bucket: str) -> None:
    wanted = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": bucket, "access_logs.s3.prefix": "lb"}
    balancer.elb.modify_load_balancer_attributes(
        LoadBalancerArn=balancer.arn, Attributes=[{"Key": key, "Value": value} for key, value in wanted.items()]
    )


@pytest.fixture
def bucket(emulator: Emulator) -> Iterator[str]:
    s3, name = emulator.client("s3"), f"t{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    yield name
    for each in s3.list_objects_v2(Bucket=name).get("Contents", []):
        s3.delete_object(Bucket=name, Key=each["Key"])
    s3.delete_bucket(Bucket=name)


def test_a_bucket_that_lets_nobody_write_is_refused(emulator: Emulator, bucket: str) -> None:
    with ExitStack() as stack:
        balancer = Balancer(emulator, stack)
        for name in (bucket, "there-is-no-such-bucket"):
            with pytest.raises(ClientError, match=f"Access Denied for bucket: {name}"):
                log_to(balancer, name)
        shown = balancer.elb.describe_load_balancer_attributes(LoadBalancerArn=balancer.arn)["Attributes"]
        assert {"Key": "access_logs.s3.enabled", "Value": "false"} in shown


def test_a_bucket_with_a_policy_gets_the_test_file(emulator: Emulator, bucket: str) -> None:
    allow(emulator, bucket)
    with ExitStack() as stack:
        log_to(Balancer(emulator, stack), bucket)
    keys = [each["Key"] for each in emulator.client("s3").list_objects_v2(Bucket=bucket)["Contents"]]
    assert keys == [f"lb/AWSLogs/{ACCOUNT}/ELBAccessLogTestFile"]


def test_the_end_of_the_emulator_writes_the_log(tmp_path: Any, emulator: Emulator) -> None:
    """It is written every 5 minutes, and at the end. The saved state keeps the object."""
    variables = of_everything(tmp_path, emulator.postgres_url) | {"DOCKERLESS_STATE": str(tmp_path / "state")}
    process = LocalStackProcess(tmp_path, variables, free_port())
    own = process.start()
    try:
        s3 = own.client("s3")
        s3.create_bucket(Bucket="logs", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        allow(own, "logs")
        with Backend() as backend:
            balancer = Balancer(own, ExitStack())
            balancer.register(backend.port)
            log_to(balancer, "logs")
            gateway = Gateway(balancer, ExitStack())
            gateway.route("GET /{proxy+}")
            gateway.call("/a?b=c", headers=[("User-Agent", "test"), ("Host", "example.com")])
        process.end()
        process.start()
        keys = [each["Key"] for each in own.client("s3").list_objects_v2(Bucket="logs")["Contents"]]
        (key,) = [each for each in keys if each.endswith(".log.gz")]
        assert f"lb/AWSLogs/{ACCOUNT}/elasticloadbalancing/eu-central-1/20" in key
        text = gzip.decompress(own.client("s3").get_object(Bucket="logs", Key=key)["Body"].read()).decode()
        assert "/a?b=c HTTP/1.1" in text
        assert balancer.group in text
    finally:
        process.end()
