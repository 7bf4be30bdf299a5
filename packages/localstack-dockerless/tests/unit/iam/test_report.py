"""The report finds every removable part of a policy, and no other part."""

import json
from typing import Any

from localstack_dockerless.iam.documents import Policy, parse
from localstack_dockerless.iam.evaluation import Policies, Request, evaluate
from localstack_dockerless.iam.principals import OPERATOR, Principal, service, session_of
from localstack_dockerless.iam.record import MOST_SAMPLES, Record
from localstack_dockerless.iam.report import Owned, report

ROLE = "arn:aws:iam::123456789012:role/reader"
READER = session_of(ROLE, "me", "lambda.amazonaws.com")
BUCKET = "arn:aws:s3:::b"


def policy(*statements: dict[str, Any], name: str = "reader/work") -> Policy:
    return parse(name, json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def allow(*actions: str, on: list[str], **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **more}


class Account:
    """Holds one role with one policy, and a bucket that may have a policy."""

    def __init__(self, identity: Policy, bucket: Policy | None = None) -> None:
        self.policies = Policies(identity=(identity,), resource=bucket)
        self.record = Record()

    def call(self, action: str, resource: str, principal: Principal = READER, *, tls: str = "true") -> None:
        request = Request(principal, action, resource, {"aws:securetransport": tls})
        self.record.add(request, self.policies, evaluate(request, self.policies))

    def report(self) -> dict[str, Any]:
        owned = [Owned("reader", "identity", each) for each in self.policies.identity]
        if self.policies.resource:
            owned.append(Owned(BUCKET, "resource", self.policies.resource))
        return report(list(self.record), owned, lambda _: self.policies)

    def statement(self, index: int = 0) -> dict[str, Any]:
        found: dict[str, Any] = self.report()["policies"][0]["statements"][index]
        return found


def test_what_was_used_is_needed():
    account = Account(policy(allow("s3:GetObject", on=[f"{BUCKET}/*"])))
    account.call("s3:GetObject", f"{BUCKET}/1")
    account.call("s3:GetObject", f"{BUCKET}/1")
    statement = account.statement()
    assert statement["needed"]
    assert statement["superfluous"] == []
    assert statement["uses"] == {"s3:GetObject": 2, f"{BUCKET}/*": 2}


def test_an_action_and_a_resource_that_were_not_used_are_superfluous():
    account = Account(policy(allow("s3:GetObject", "s3:PutObject", on=[f"{BUCKET}/*", "arn:aws:s3:::other/*"])))
    account.call("s3:GetObject", f"{BUCKET}/1")
    statement = account.statement()
    assert statement["needed"]
    assert statement["superfluous"] == ["s3:PutObject", "arn:aws:s3:::other/*"]


def test_what_another_statement_allows_too_is_superfluous():
    account = Account(policy(allow("s3:GetObject", on=[f"{BUCKET}/*"]), allow("s3:*", on=["*"])))
    account.call("s3:GetObject", f"{BUCKET}/1")
    assert not account.statement(0)["needed"]
    assert not account.statement(1)["needed"]


def test_a_deny_is_needed_where_it_denied():
    everything = allow("s3:*", on=["*"])
    tls: dict[str, Any] = {
        "Sid": "Tls",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [f"{BUCKET}/*"],
    }
    tls["Condition"] = {"Bool": {"aws:SecureTransport": "false"}}
    account = Account(policy(everything), policy(tls, name=BUCKET))
    account.call("s3:GetObject", f"{BUCKET}/1")
    (of_bucket,) = [each for each in account.report()["policies"] if each["kind"] == "resource"]
    assert not of_bucket["statements"][0]["needed"]
    account.call("s3:GetObject", f"{BUCKET}/1", tls="false")
    (of_bucket,) = [each for each in account.report()["policies"] if each["kind"] == "resource"]
    assert of_bucket["statements"][0]["needed"]
    assert of_bucket["statements"][0]["superfluous"] == []


def test_what_an_operator_does_with_a_session_of_its_own_proves_no_need():
    account = Account(policy(allow("s3:GetObject", on=[f"{BUCKET}/*"])))
    account.call("s3:GetObject", f"{BUCKET}/1", session_of(ROLE, "me", OPERATOR))
    assert not account.statement()["needed"]
    assert account.statement()["uses"]["s3:GetObject"] == 0


def test_a_role_that_is_gone_is_judged_by_what_it_had():
    account = Account(policy(allow("s3:GetObject", on=[f"{BUCKET}/*"])))
    account.call("s3:GetObject", f"{BUCKET}/1")
    owned = [Owned("reader", "identity", each) for each in account.policies.identity]
    (found,) = report(list(account.record), owned, lambda _: None)["policies"]
    assert found["statements"][0]["needed"]


def test_denied_calls_are_told_with_what_they_were_about():
    account = Account(policy(allow("s3:GetObject", on=[f"{BUCKET}/*"])))
    account.call("s3:PutObject", f"{BUCKET}/1")
    account.call("s3:PutObject", f"{BUCKET}/2")
    account.call("s3:GetObject", f"{BUCKET}/1", service("sns.amazonaws.com", "123456789012"))
    first, second = account.report()["denied"]
    assert (first["principal"], first["action"], first["count"]) == (ROLE, "s3:PutObject", 2)
    assert first["resources"] == [f"{BUCKET}/1", f"{BUCKET}/2"]
    assert second["principal"] == "sns.amazonaws.com"
    assert first["add"] == f"s3:PutObject on {BUCKET}/1, {BUCKET}/2 to a policy of {ROLE}"


def test_the_record_does_not_grow_with_the_calls():
    account = Account(policy(allow("s3:GetObject", on=[f"{BUCKET}/*"])))
    for number in range(3 * MOST_SAMPLES):
        account.call("s3:GetObject", f"{BUCKET}/{number}")
    (entry,) = account.record
    assert (entry.count, len(entry.samples)) == (3 * MOST_SAMPLES, MOST_SAMPLES)
