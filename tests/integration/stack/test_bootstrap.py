"""The bootstrap is applied to a local S3 and IAM, and Terraform keeps a locked state in its bucket.

The budget is not: the local stack has no AWS Budgets. `terraform test` plans it (test_terraform_modules.py).
"""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dockerless_testing.emulator import Emulator
from local.launcher.settings import REPOSITORY, Settings
from local.launcher.terraform_environment import environment
from tests.support.terraform_code import BOOTSTRAP, parsed

NOT_HERE = {"aws_budgets_budget"}
VALUES = {
    "name": "boot",
    "region": "eu-central-1",
    "github_repository": "example/energy",
    "environments": {"staging": "energy-staging"},
    "budget_usd": 100,
    "budget_email": "costs@utility.hr",
}
PROVIDER = """provider "aws" {
  s3_use_path_style           = true
  skip_credentials_validation = true
}
"""
BACKEND = [f"-backend-config={setting}=true" for setting in ("use_path_style", "skip_credentials_validation")]
KEY = "staging/terraform.tfstate"


@pytest.fixture(scope="module")
def given(emulator: Emulator) -> Mapping[str, str]:
    """Gives the environment of Terraform's commands: they reach the emulator alone."""
    return environment(Settings(port=urlsplit(emulator.url).port or 0), downloads=True)


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory, given: Mapping[str, str]) -> Path:
    """Applies the bootstrap without its budget, which no local service keeps. Gives its folder."""
    folder = tmp_path_factory.mktemp("bootstrap") / "terraform"
    shutil.copytree(BOOTSTRAP, folder, ignore=shutil.ignore_patterns(".terraform", "*tfstate*", "tests"))
    (folder / "provider_override.tf").write_text(PROVIDER)
    (folder / "terraform.tfvars.json").write_text(json.dumps(VALUES))
    run(given, folder, "init", "-input=false", "-lockfile=readonly")
    run(given, folder, "apply", "-input=false", "-auto-approve", *targets())
    return folder


def run(given: Mapping[str, str], folder: Path, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(["terraform", *arguments], cwd=folder, env=given, check=False, capture_output=True, text=True)
    assert done.returncode == code, done.stdout[-3000:] + done.stderr
    return done.stdout


def targets() -> list[str]:
    parts = [parsed(path) for path in sorted(BOOTSTRAP.glob("*.tf"))]
    modules = [f"-target=module.{name}" for part in parts for entry in part.get("module", []) for name in entry]
    resources = [
        f"-target={kind}.{name}"
        for part in parts
        for entry in part.get("resource", [])
        for kind, by_name in entry.items()
        if kind not in NOT_HERE
        for name in by_name
    ]
    assert len(modules) == 2
    assert len(resources) > 5
    return modules + resources


def test_the_second_plan_is_empty(applied: Path, given: Mapping[str, str]) -> None:
    run(given, applied, "plan", "-input=false", "-detailed-exitcode", *targets())


@pytest.mark.parametrize("purpose", ["state", "releases"])
def test_a_bucket_is_versioned_encrypted_and_closed(applied: Path, emulator: Emulator, purpose: str) -> None:
    s3, bucket = emulator.client("s3"), f"boot-{purpose}-000000000000"
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert set(s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"].values()) == {True}
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


@pytest.mark.parametrize(
    ("role", "subject"),
    [
        ("boot-github-plan", "repo:example/energy:pull_request"),
        ("boot-github-drift", "repo:example/energy:ref:refs/heads/main"),
        ("boot-github-apply-staging", "repo:example/energy:environment:staging"),
    ],
)
def test_a_role_trusts_one_subject_of_github(applied: Path, emulator: Emulator, role: str, subject: str) -> None:
    found: Any = emulator.client("iam").get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    (statement,) = found["Statement"]
    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Principal"]["Federated"].endswith(":oidc-provider/token.actions.githubusercontent.com")
    assert statement["Condition"] == {
        "StringEquals": {
            "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
            "token.actions.githubusercontent.com:sub": subject,
        }
    }


def test_iam_takes_every_policy_within_its_size(applied: Path, emulator: Emulator) -> None:
    """All inline policies of a role have at most 10,240 characters without spaces.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """
    iam = emulator.client("iam")
    for role in ("boot-github-plan", "boot-github-drift", "boot-github-apply-staging"):
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        documents = [iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"] for name in names]
        assert names
        assert sum(len(json.dumps(document, separators=(",", ":"))) for document in documents) <= 10_240, role


def test_terraform_keeps_its_state_in_the_bucket_and_takes_a_lock(
    applied: Path, emulator: Emulator, given: Mapping[str, str], tmp_path: Path
) -> None:
    s3, bucket = emulator.client("s3"), "boot-state-000000000000"
    folder = tmp_path / "terraform"
    folder.mkdir()
    (folder / "main.tf").write_text('resource "terraform_data" "this" {\n  input = "a"\n}\n')
    shutil.copytree(REPOSITORY / ".ci", tmp_path / ".ci")
    asked = {"STATE_BUCKET": bucket, "ENVIRONMENT": "staging", "AWS_REGION": "eu-central-1"}
    subprocess.run(
        [tmp_path / ".ci" / "deploy", "init"],
        env={**given, **asked, "PATH": os.environ["PATH"], "TF_CLI_ARGS_init": " ".join(BACKEND)},
        check=True,
        capture_output=True,
    )

    run(given, folder, "apply", "-input=false", "-auto-approve")
    state = json.loads(s3.get_object(Bucket=bucket, Key=KEY)["Body"].read())
    assert [each["type"] for each in state["resources"]] == ["terraform_data"]
    assert [each["Key"] for each in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [KEY]  # the lock is gone

    lock = {"ID": "1", "Operation": "OperationTypeApply", "Info": "", "Who": "another job", "Version": "1.11.4",
            "Created": "2026-11-27T00:00:00Z", "Path": f"{bucket}/{KEY}"}  # fmt: skip
    s3.put_object(Bucket=bucket, Key=f"{KEY}.tflock", Body=json.dumps(lock).encode())
    run(given, folder, "apply", "-input=false", "-auto-approve", "-lock-timeout=0s", code=1)
    run(given, folder, "plan", "-input=false", "-lock=false")  # as the role of pull requests does
    s3.delete_object(Bucket=bucket, Key=f"{KEY}.tflock")
    assert len(s3.list_object_versions(Bucket=bucket, Prefix=KEY)["Versions"]) >= 1
