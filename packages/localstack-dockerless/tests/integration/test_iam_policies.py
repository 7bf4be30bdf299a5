"""Policies of roles and buckets allow and deny calls, and a policy that no call needs is reported."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.iam_world import (
    HARMLESS,
    REGION,
    assert_missing_table,
    denied,
    report,
    unencrypted,
)
from dockerless_testing.roles import ANYTHING, arn_of, document, role


@pytest.fixture
def bucket(emulator: Emulator) -> Iterator[str]:
    s3, name = emulator.client("s3"), f"bucket-{uuid.uuid4().hex[:12]}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket=name, Key="date=1/x", Body=b"x")
    yield name
    for stored in s3.list_objects_v2(Bucket=name)["Contents"]:
        s3.delete_object(Bucket=name, Key=stored["Key"])
    s3.delete_bucket(Bucket=name)


class TestPolicies:
    def test_one_that_aws_manages(self, emulator: Emulator, act: Any):
        iam, managed = emulator.client("iam"), "arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole"
        with role(emulator, HARMLESS) as name:
            ec2 = act(name, "ec2")
            denied("UnauthorizedOperation", "ec2:DescribeNetworkInterfaces", ec2.describe_network_interfaces)
            iam.attach_role_policy(RoleName=name, PolicyArn=managed)
            ec2.describe_network_interfaces()

    def test_a_new_version_of_a_managed_one_holds_at_once(self, emulator: Emulator, act: Any):
        iam = emulator.client("iam")
        made = iam.create_policy(PolicyName=f"p{uuid.uuid4().hex}", PolicyDocument=document(ANYTHING))["Policy"]["Arn"]
        with role(emulator, HARMLESS) as name:
            iam.attach_role_policy(RoleName=name, PolicyArn=made)
            dynamodb = act(name, "dynamodb")
            assert_missing_table(dynamodb)
            nothing = document({**ANYTHING, "Effect": "Deny"})
            iam.create_policy_version(PolicyArn=made, PolicyDocument=nothing, SetAsDefault=True)
            message = denied("AccessDeniedException", "dynamodb:Scan", lambda: dynamodb.scan(TableName="none"))
            assert "explicit deny" in message

    def test_a_boundary_limits_them(self, emulator: Emulator, act: Any):
        iam = emulator.client("iam")
        only_s3 = document({"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
        boundary = iam.create_policy(PolicyName=f"b{uuid.uuid4().hex}", PolicyDocument=only_s3)["Policy"]["Arn"]
        with role(emulator) as name:
            dynamodb = act(name, "dynamodb")
            assert_missing_table(dynamodb)
            iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=boundary)
            message = denied("AccessDeniedException", "dynamodb:Scan", lambda: dynamodb.scan(TableName="none"))
            assert "because no permissions boundary allows the dynamodb:Scan action" in message
            iam.delete_role_permissions_boundary(RoleName=name)

    def test_a_condition_on_the_address_decides_who_may_send_a_mail(self, emulator: Emulator, act: Any):
        ses, domain = emulator.client("ses"), f"{uuid.uuid4().hex}.example"
        allowed, other = f"no-reply@{domain}", f"boss@{domain}"
        for address in (allowed, other):
            ses.verify_email_identity(EmailAddress=address)
        one_sender = {"StringEquals": {"ses:FromAddress": [allowed]}}
        sending = {"Effect": "Allow", "Action": "ses:SendEmail", "Resource": "*", "Condition": one_sender}
        with role(emulator, sending) as name:
            client = act(name, "ses")
            mail = {
                "Destination": {"ToAddresses": [f"ana@{domain}"]},
                "Message": {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}},
            }
            client.send_email(Source=allowed, **mail)
            denied("AccessDenied", "ses:SendEmail", lambda: client.send_email(Source=other, **mail))
        for address in (allowed, other):
            ses.delete_identity(Identity=address)

    def test_a_condition_that_is_not_known_denies_and_is_named(self, emulator: Emulator, act: Any):
        unclear = {**ANYTHING, "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}
        with role(emulator, unclear) as name:
            dynamodb = act(name, "dynamodb")
            message = denied("AccessDeniedException", "dynamodb:Scan", lambda: dynamodb.scan(TableName="none"))
            assert "does not evaluate the condition key aws:PrincipalOrgID in " in message

    @pytest.mark.parametrize("taken", range(3))
    def test_one_statement_less_is_one_right_less(self, emulator: Emulator, act: Any, bucket: str, taken: int):
        objects = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/date=*"}
        listing: dict[str, Any] = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"}
        listing["Condition"] = {"StringLike": {"s3:prefix": "date=*"}}
        writing = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{bucket}/date=*"}
        statements = [objects, listing, writing]
        with role(emulator, *statements) as name:
            s3 = act(name, "s3")
            calls: list[tuple[str, Callable[[], Any]]] = [
                ("s3:GetObject", lambda: s3.get_object(Bucket=bucket, Key="date=1/x")),
                ("s3:ListBucket", lambda: s3.list_objects_v2(Bucket=bucket, Prefix="date=1/")),
                ("s3:PutObject", lambda: s3.put_object(Bucket=bucket, Key="date=1/y", Body=b"y")),
            ]
            for _, call in calls:
                call()
            rest = document(*(statement for index, statement in enumerate(statements) if index != taken))
            emulator.client("iam").put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=rest)
            for index, (action, call) in enumerate(calls):
                denied("AccessDenied", action, call) if index == taken else call()


class TestBuckets:
    def test_who_may_not_list_is_not_told_that_an_object_is_missing(self, emulator: Emulator, act: Any, bucket: str):
        """https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html"""
        reading = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
        listing = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{bucket}"}
        with role(emulator, reading) as name:
            s3 = act(name, "s3")
            denied("AccessDenied", "s3:ListBucket", lambda: s3.get_object(Bucket=bucket, Key="missing"))
            with pytest.raises(ClientError, match="403"):
                s3.head_object(Bucket=bucket, Key="missing")
            allowed = document(reading, listing)
            emulator.client("iam").put_role_policy(RoleName=name, PolicyName="work", PolicyDocument=allowed)
            with pytest.raises(s3.exceptions.NoSuchKey):
                s3.get_object(Bucket=bucket, Key="missing")

    def test_their_policy_lets_in_and_keeps_out(self, emulator: Emulator, act: Any, bucket: str):
        with role(emulator, HARMLESS) as name:
            s3 = act(name, "s3")
            grant: dict[str, Any] = {"Effect": "Allow", "Principal": {"AWS": arn_of(name)}, "Action": "s3:GetObject"}
            grant["Resource"] = f"arn:aws:s3:::{bucket}/*"
            tls: dict[str, Any] = {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "s3:*",
                "Resource": f"arn:aws:s3:::{bucket}/*",
            }
            tls["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
            emulator.client("s3").put_bucket_policy(Bucket=bucket, Policy=document(grant, tls))
            s3.get_object(Bucket=bucket, Key="date=1/x")
            s3.meta.events.register("before-send.s3", unencrypted)
            message = denied("AccessDenied", "s3:GetObject", lambda: s3.get_object(Bucket=bucket, Key="date=1/x"))
            assert message.endswith("with an explicit deny in a resource-based policy")
            emulator.client("s3").delete_bucket_policy(Bucket=bucket)


def test_a_policy_that_is_not_used_is_reported(emulator: Emulator, act: Any, bucket: str):
    reading = {
        "Sid": "Read",
        "Effect": "Allow",
        "Action": ["s3:GetObject", "s3:PutObject"],
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    with role(emulator, reading) as name:
        act(name, "s3").get_object(Bucket=bucket, Key="date=1/x")
        (policy,) = [policy for policy in report(emulator)["policies"] if policy["name"] == f"{name}/work"]
        (statement,) = policy["statements"]
        assert statement["uses"]["s3:GetObject"] == 0  # the operator assumed the role, not a service
        assert not statement["needed"]
        assert sorted(statement["superfluous"]) == [f"arn:aws:s3:::{bucket}/*", "s3:GetObject", "s3:PutObject"]
