"""The evaluator against the cases of AWS's own documentation; each names its page.

The pages are below https://docs.aws.amazon.com/IAM/latest/UserGuide/.
"""

import json
from typing import Any

import pytest

from localstack_dockerless.iam.documents import Policy, parse
from localstack_dockerless.iam.evaluation import Decision, Policies, Request, evaluate
from localstack_dockerless.iam.principals import Principal, service, session_of

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/reader"
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/me"
READER = session_of(ROLE, "me", "lambda.amazonaws.com")
BUCKET = "arn:aws:s3:::amzn-s3-demo-bucket"

Element = dict[str, Any]


def statement(
    effect: str = "Allow", action: Any = "s3:GetObject", resource: Any = f"{BUCKET}/*", **more: Any
) -> Element:
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def policy(*statements: Element, name: str = "reader/work") -> Policy:
    return parse(name, json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))


def decide(
    identity: list[Element] | None = None,
    resource: list[Element] | None = None,
    boundary: list[Element] | None = None,
    *,
    principal: Principal = READER,
    action: str = "s3:GetObject",
    on: str = f"{BUCKET}/key",
    same_account: bool = True,
    **keys: Any,
) -> Decision:
    named = {name.replace("__", ":").lower(): value for name, value in keys.items()}
    policies = Policies(
        identity=(policy(*identity),) if identity else (),
        boundary=policy(*boundary, name="boundary") if boundary else None,
        resource=policy(*resource, name="bucket") if resource else None,
        same_account=same_account,
    )
    return evaluate(Request(principal, action, on, named), policies)


def allowed(*arguments: Any, **options: Any) -> bool:
    return decide(*arguments, **options).allowed


class TestLogic:
    """reference_policies_evaluation-logic.html, reference_policies_evaluation-logic_policy-eval-basics.html"""

    def test_nothing_is_allowed_by_default(self):
        decision = decide()
        assert not decision.allowed
        assert decision.because == "because no identity-based policy allows the s3:GetObject action"

    def test_an_identity_based_policy_is_enough(self):
        assert allowed([statement()])

    def test_a_resource_based_policy_is_enough(self):
        assert allowed(resource=[statement(Principal={"AWS": ROLE})])

    @pytest.mark.parametrize("where", ["identity", "resource", "boundary"])
    def test_an_explicit_deny_overrides_every_allow(self, where: str):
        policies: dict[str, Any] = {
            "identity": [statement()],
            "resource": [statement(Principal="*")],
            "boundary": [statement()],
        }
        principal = {"Principal": "*"} if where == "resource" else {}
        policies[where].append(statement("Deny", "s3:*", **principal))
        decision = decide(**policies)
        assert not decision.allowed
        assert decision.explicit
        kind = {"boundary": "permissions boundary"}.get(where, f"{where}-based policy")
        assert decision.because.endswith(kind)

    def test_across_accounts_it_takes_both(self):
        identity, resource = [statement()], [statement(Principal={"AWS": ROLE})]
        assert not allowed(identity, same_account=False)
        assert not allowed(resource=resource, same_account=False)
        assert allowed(identity, resource, same_account=False)

    def test_a_resource_that_names_the_account_leaves_it_to_the_identity(self):
        named = [statement(Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})]
        assert not allowed(resource=named)
        assert allowed([statement()], named, same_account=False)

    def test_the_policy_of_carlos(self):
        """The example of the page: his own bucket, but no bucket with `log` in its name."""
        carlos = [
            statement(action=["s3:GetBucketLocation", "s3:ListAllMyBuckets"], resource="arn:aws:s3:::*"),
            statement(action="s3:*", resource=["arn:aws:s3:::carlossalazar", "arn:aws:s3:::carlossalazar/*"]),
            statement("Deny", "s3:*", "arn:aws:s3:::*log*"),
        ]
        assert allowed(carlos, action="s3:PutObject", on="arn:aws:s3:::carlossalazar/photo.jpg")
        assert not allowed(carlos, action="s3:PutObject", on="arn:aws:s3:::carlossalazar-logs/photo.jpg")
        assert allowed(carlos, action="s3:GetBucketLocation", on="arn:aws:s3:::other")
        assert not allowed(carlos, action="s3:ListBucket", on="arn:aws:s3:::other")


class TestBoundaries:
    """access_policies_boundaries.html"""

    def test_both_must_allow(self):
        assert allowed([statement()], boundary=[statement(action="s3:*", resource="*")])
        decision = decide([statement()], boundary=[statement(action="sqs:*", resource="*")])
        assert not decision.allowed
        assert decision.because == "because no permissions boundary allows the s3:GetObject action"

    def test_a_boundary_allows_nothing_by_itself(self):
        assert not allowed(boundary=[statement(action="*", resource="*")])

    def test_it_limits_what_a_resource_gives_the_role_but_not_what_it_gives_the_session(self):
        boundary = [statement(action="sqs:*", resource="*")]
        assert not allowed(resource=[statement(Principal={"AWS": ROLE})], boundary=boundary)
        assert allowed(resource=[statement(Principal={"AWS": SESSION})], boundary=boundary)


class TestActions:
    """reference_policies_elements_action.html, reference_policies_elements_notaction.html"""

    @pytest.mark.parametrize("pattern", ["s3:GetObject", "S3:getobject", "s3:Get*", "s3:*", "*", "s3:GetObj?ct"])
    def test_match_without_case_and_with_wildcards(self, pattern: str):
        assert allowed([statement(action=pattern)])

    @pytest.mark.parametrize("pattern", ["s3:PutObject", "s3:GetObjectAcl", "s3:Get", "sqs:*", "s3:?"])
    def test_other_actions_do_not_match(self, pattern: str):
        assert not allowed([statement(action=pattern)])

    def test_one_of_a_list_is_enough(self):
        assert allowed([statement(action=["s3:PutObject", "s3:GetObject"])])

    def test_all_but_not_action(self):
        all_but_delete = {"Effect": "Allow", "NotAction": "s3:DeleteBucket", "Resource": "arn:aws:s3:::*"}
        assert allowed([all_but_delete])
        assert not allowed([all_but_delete], action="s3:DeleteBucket", on=BUCKET)
        denied = {"Effect": "Deny", "NotAction": ["iam:*", "s3:GetObject"], "Resource": "*"}
        assert allowed([statement(), denied])
        assert not allowed([statement(action="*", resource="*"), denied], action="s3:PutObject")


class TestResources:
    """reference_policies_elements_resource.html, reference_policies_elements_notresource.html"""

    @pytest.mark.parametrize(
        ("pattern", "resource", "match"),
        [
            ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a/b/c", True),
            ("arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket", False),
            ("arn:aws:s3:::bucket/*/test/*", "arn:aws:s3:::bucket/1/2/test/3", True),
            ("arn:aws:s3:::bucket/ab?d", "arn:aws:s3:::bucket/abcd", True),
            ("arn:aws:s3:::bucket/ab?d", "arn:aws:s3:::bucket/abd", False),
            ("arn:aws:s3:::bucket/key", "arn:aws:s3:::bucket/KEY", False),
            ("arn:aws:s3:::bucket/a.b", "arn:aws:s3:::bucket/axb", False),
            ("arn:aws:sqs:*:123456789012:q", "arn:aws:sqs:eu-central-1:123456789012:q", True),
            ("*", "*", True),
        ],
    )
    def test_match_with_case_and_wildcards(self, pattern: str, resource: str, match: bool):
        assert allowed([statement(action="*", resource=pattern)], on=resource) is match

    def test_all_but_not_resource(self):
        element = {"Effect": "Deny", "Action": "s3:*", "NotResource": [BUCKET, f"{BUCKET}/*"]}
        everything = statement(action="*", resource="*")
        assert allowed([everything, element])
        assert not allowed([everything, element], on="arn:aws:s3:::other/key")


class TestPrincipals:
    """reference_policies_elements_principal.html, reference_policies_elements_notprincipal.html"""

    @pytest.mark.parametrize("named", ["*", {"AWS": "*"}, {"AWS": [ROLE]}, {"AWS": SESSION}])
    def test_that_are_named(self, named: Any):
        assert allowed(resource=[statement(Principal=named)])

    @pytest.mark.parametrize(
        "named",
        [
            {"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"},
            {"AWS": f"{SESSION}else"},
            {"AWS": "111122223333"},
            {"Service": "lambda.amazonaws.com"},
        ],
    )
    def test_that_are_not(self, named: Any):
        assert not allowed(resource=[statement(Principal=named)])

    def test_a_service_needs_the_resource_to_name_it(self):
        events = service("events.amazonaws.com", ACCOUNT)
        named = [statement(Principal={"Service": ["events.amazonaws.com"]})]
        assert allowed(resource=named, principal=events)
        assert not allowed(resource=named, principal=service("sns.amazonaws.com", ACCOUNT))
        decision = decide(principal=events)
        assert decision.because == "because no resource-based policy allows the s3:GetObject action"

    def test_a_deny_for_all_but_not_principal(self):
        but_reader = statement("Deny", "s3:*", "*", NotPrincipal={"AWS": [ROLE, f"arn:aws:iam::{ACCOUNT}:root"]})
        assert allowed([statement()], [but_reader])
        other = session_of(f"arn:aws:iam::{ACCOUNT}:role/other", "me", "lambda.amazonaws.com")
        elsewhere = session_of("arn:aws:iam::111122223333:role/other", "me", "lambda.amazonaws.com")
        assert not allowed([statement()], [but_reader], principal=elsewhere)
        assert allowed([statement()], [but_reader], principal=other)  # the account's own are named with the account


class TestTrust:
    """id_roles_terms-and-concepts.html#iam-term-trust-policy, confused-deputy.html"""

    SERVICE = service("states.amazonaws.com", ACCOUNT)

    def trusts(self, trust: Element, principal: Principal = SERVICE, **keys: Any) -> bool:
        element = {"Effect": "Allow", "Action": "sts:AssumeRole", **trust}
        return allowed(resource=[element], principal=principal, action="sts:AssumeRole", on=ROLE, **keys)

    def test_the_service_that_it_names(self):
        assert self.trusts({"Principal": {"Service": "states.amazonaws.com"}})
        assert not self.trusts({"Principal": {"Service": "lambda.amazonaws.com"}})

    def test_for_the_account_that_it_names(self):
        condition = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
        trust = {"Principal": {"Service": "states.amazonaws.com"}, "Condition": condition}
        assert self.trusts(trust, aws__SourceAccount=ACCOUNT)
        assert not self.trusts(trust, aws__SourceAccount="111122223333")
        assert not self.trusts(trust, aws__SourceAccount=None)

    def test_the_account_it_names_still_needs_an_identity_based_policy(self):
        trust = [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": ACCOUNT}}]
        own = [statement(action="sts:AssumeRole", resource="*")]
        assert not allowed(resource=trust, action="sts:AssumeRole", on=ROLE)
        assert allowed(own, trust, action="sts:AssumeRole", on=ROLE)
        assert not allowed(own, action="sts:AssumeRole", on=ROLE)


class TestUnknown:
    """A part that is not evaluated denies, and the error names it."""

    def test_a_condition_key(self):
        decision = decide([statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})])
        assert not decision.allowed
        assert decision.unknown == ("the condition key aws:PrincipalOrgID in reader/work (#1)",)

    def test_a_condition_operator(self):
        decision = decide([statement(Condition={"BinaryEquals": {"key": "QmluYXJ5"}})], key="x")
        assert not decision.allowed
        assert "BinaryEquals" in decision.unknown[0]

    def test_a_policy_variable(self):
        decision = decide([statement(resource="arn:aws:s3:::bucket/${saml:sub}/*")])
        assert not decision.allowed
        assert "${saml:sub}" in decision.unknown[0]

    def test_in_a_deny(self):
        unclear = statement("Deny", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
        assert not allowed([statement(), unclear])

    def test_beside_a_condition_that_does_not_hold(self):
        conditions = {"StringEquals": {"aws:PrincipalOrgID": "o-1", "aws:SourceAccount": "1"}}
        decision = decide([statement(), statement("Deny", Condition=conditions)], aws__SourceAccount="2")
        assert decision.allowed

    def test_beside_a_statement_that_allows(self):
        unclear = statement(Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
        assert allowed([unclear, statement()])

    def test_of_another_action_does_not_matter(self):
        unclear = statement("Deny", "s3:PutObject", Condition={"StringEquals": {"aws:PrincipalOrgID": "o-1"}})
        assert allowed([statement(), unclear])


class TestRegionalServices:
    """reference_policies_elements_principal.html, "Service principals in opt-in Regions" and its neighbours"""

    @pytest.mark.parametrize("name", ["states", "lambda", "events", "sns", "logs", "ecs-tasks"])
    def test_the_name_with_the_region_is_the_service_there_and_nowhere_else(self, name: str) -> None:
        here = service(f"{name}.amazonaws.com", ACCOUNT, "eu-central-1")
        regional = [statement(Principal={"Service": f"{name}.eu-central-1.amazonaws.com"})]
        assert allowed(resource=regional, principal=here)
        assert not allowed(resource=regional, principal=service(f"{name}.amazonaws.com", ACCOUNT, "us-east-1"))
        assert not allowed(resource=regional, principal=service("other.amazonaws.com", ACCOUNT, "eu-central-1"))
        assert allowed(resource=[statement(Principal={"Service": f"{name}.amazonaws.com"})], principal=here)
