"""What the workflows may do on AWS: the trust in GitHub, the rights of each role, and the buckets of the bootstrap."""

import re
from typing import Any

import pytest

from tests.support.terraform_code import BOOTSTRAP, TERRAFORM, blocks, bootstrap_blocks, local_values, named, parsed

DOCUMENTS = {block.name: block.body["statement"] for block in bootstrap_blocks("aws_iam_policy_document", "data")}
SECRETS = re.compile(r"secretsmanager:(\*|Get\*|GetSecretValue|BatchGetSecretValue)|ssm:|kms:Decrypt")
DATA = {
    *("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "sqs:ReceiveMessage", "logs:FilterLogEvents"),
    *("logs:GetLogEvents", "logs:StartQuery", "athena:GetQueryResults*", "ssm:GetParameter*"),
    "secretsmanager:GetSecretValue",
}


def statements(document: str, effect: str = "Allow") -> list[dict[str, Any]]:
    return [each for each in DOCUMENTS[document] if each.get("effect", "Allow") == effect]


def actions(document: str, effect: str = "Allow") -> set[str]:
    return {action for statement in statements(document, effect) for action in statement["actions"]}


def test_a_token_is_for_aws_and_of_one_subject() -> None:
    (statement,) = DOCUMENTS["trust"]
    assert statement["actions"] == ["sts:AssumeRoleWithWebIdentity"]
    found = {each["variable"].rpartition(":")[2]: (each["test"], each["values"]) for each in statement["condition"]}
    assert found == {
        "aud": ("StringEquals", ["sts.amazonaws.com"]),
        "sub": ("StringEquals", ["${each.value}"]),
    }


def test_an_apply_role_is_bound_to_its_environment_and_the_plan_role_to_pull_requests() -> None:
    subjects = str(local_values(BOOTSTRAP)["subjects"])
    assert "repo:${var.github_repository}:pull_request" in subjects
    assert "repo:${var.github_repository}:environment:${environment}" in subjects
    assert "repo:${var.github_repository}:ref:refs/heads/${var.github_branch}" in subjects
    assert "*" not in subjects


def test_the_plan_of_a_pull_request_reads_state_and_releases_and_no_secret() -> None:
    assert actions("plan") == {"s3:ListBucket", "s3:GetObject", "ec2:DescribeAvailabilityZones"}
    assert [action for action in actions("plan") if SECRETS.search(action)] == []
    for statement in statements("plan"):
        if any(action.startswith("s3:") for action in statement["actions"]):
            assert "local.bucket_arns" in str(statement["resources"])
    attached = {block.body["role"] for block in bootstrap_blocks("aws_iam_role_policy_attachment")}
    assert attached == {'${aws_iam_role.this["drift"].name}'}


def test_the_look_for_drift_reads_no_data_and_no_secret() -> None:
    """AWS's ReadOnlyAccess, which it has, has no right to the value of a secret."""
    assert actions("drift") == set()
    assert actions("drift", "Deny") >= DATA | {"s3:GetObject*"}


def test_an_apply_role_changes_no_role_of_the_workflows() -> None:
    (denied,) = statements("roles", "Deny")
    assert denied["actions"] == ["iam:*"]
    assert any("role/${var.name}-github-*" in resource for resource in denied["resources"])
    assert any("aws_iam_openid_connect_provider.github" in resource for resource in denied["resources"])
    for statement in statements("roles"):
        assert [resource for resource in statement["resources"] if resource == "*"] == []


def test_an_apply_role_is_held_to_its_region_its_names_and_its_state() -> None:
    for statement in statements("build"):
        if statement["resources"] == ["*"] and any(
            ":*" in action or "${service}" in action for action in statement["actions"]
        ):
            assert [each["variable"] for each in statement["condition"]] == ["aws:RequestedRegion"], statement["sid"]
    state = {statement["sid"]: statement for statement in statements("state")}
    assert "/${each.key}/*" in state["KeepState"]["resources"][0]
    assert state["EndLock"]["resources"][0].endswith("/${each.key}/*.tflock")
    assert "s3:DeleteBucket*" in actions("state", "Deny")


def test_an_apply_role_reads_and_writes_the_customer_of_the_smoke_test_alone() -> None:
    (statement,) = [each for each in statements("build") if "dynamodb:PutItem" in each["actions"]]
    (condition,) = statement["condition"]
    assert (condition["variable"], condition["values"]) == ("dynamodb:LeadingKeys", ["SMOKE-*"])
    every = {action for statement in statements("build") for action in statement["actions"]}
    assert every.isdisjoint({"dynamodb:*", "dynamodb:Scan", "dynamodb:Query", "s3:*", "s3:GetObject", "iam:*"})


def test_the_services_of_the_apply_role_are_those_of_the_provider_s_resources() -> None:
    """A resource of a service that the role does not know would fail the first apply."""
    prefixes = {
        "aws_apigatewayv2": "apigateway", "aws_appautoscaling": "application-autoscaling", "aws_athena": "athena",
        "aws_cloudwatch_log": "logs", "aws_cloudwatch_event": "events", "aws_cloudwatch": "cloudwatch", "aws_db": "rds",
        "aws_ecr": "ecr", "aws_ecs": "ecs", "aws_glue": "glue", "aws_kms": "kms", "aws_lambda": "lambda",
        "aws_lb": "elasticloadbalancing", "aws_ses": "ses", "aws_sfn": "states", "aws_sns": "sns", "aws_sqs": "sqs",
        "aws_acm": "acm", "aws_xray": "xray",
        "aws_vpc": "ec2", "aws_subnet": "ec2", "aws_route": "ec2", "aws_nat": "ec2", "aws_eip": "ec2",
        "aws_internet": "ec2", "aws_security_group": "ec2", "aws_default_security": "ec2",
    }  # fmt: skip
    by_name = {"aws_s3", "aws_dynamodb", "aws_secretsmanager", "aws_iam", "terraform_data"}
    services = set(local_values(BOOTSTRAP)["services"])
    for block in blocks():
        if not any(block.type.startswith(prefix) for prefix in by_name):
            known = [service for prefix, service in prefixes.items() if block.type.startswith(prefix)]
            assert known, f"{block}: add its service here and to roles_that_apply.tf"
            assert known[0] in services, block


def test_a_bucket_is_versioned_encrypted_private_and_tls_only() -> None:
    (versioning,) = bootstrap_blocks("aws_s3_bucket_versioning")
    assert versioning.body["versioning_configuration"][0]["status"] == "Enabled"
    (access,) = bootstrap_blocks("aws_s3_bucket_public_access_block")
    assert [value for key, value in access.body.items() if key != "bucket"] == [True] * 4
    assert bootstrap_blocks("aws_s3_bucket_server_side_encryption_configuration")
    (tls,) = DOCUMENTS["tls_only"]
    assert (tls["effect"], tls["actions"]) == ("Deny", ["s3:*"])
    assert tls["condition"][0]["variable"] == "aws:SecureTransport"
    assert bootstrap_blocks("aws_dynamodb_table") == []


def test_the_provider_is_the_one_of_the_system() -> None:
    lock = ".terraform.lock.hcl"
    assert (BOOTSTRAP / lock).read_text() == (TERRAFORM / lock).read_text()
    versions = [parsed(folder / "versions.tf")["terraform"] for folder in (BOOTSTRAP, TERRAFORM)]
    assert versions[0] == versions[1]


def test_every_variable_and_output_says_what_it_is() -> None:
    for folder in (BOOTSTRAP, BOOTSTRAP / "bucket"):
        for name, body in named("variable", folder).items():
            assert body.get("type"), name
            assert body.get("description"), name
        assert [name for name, body in named("output", folder).items() if not body.get("description")] == []
    assert set(parsed(BOOTSTRAP / "example.tfvars")) == {
        name for name, body in named("variable", BOOTSTRAP).items() if "default" not in body
    }


@pytest.mark.parametrize(
    "name", ["AWS_REGION", "STATE_BUCKET", "RELEASES_BUCKET", "PLAN_ROLE", "DRIFT_ROLE", "APPLY_ROLE"]
)
def test_the_workflow_reads_the_variables_that_the_bootstrap_prints(name: str) -> None:
    workflow = (TERRAFORM.parent / ".github" / "workflows" / "deploy.yml").read_text()
    assert f'"{name}_${{upper(environment)}}"' in (BOOTSTRAP / "outputs.tf").read_text()
    for environment in ("STAGING", "PRODUCTION"):
        assert f"vars.{name}_{environment}" in workflow
