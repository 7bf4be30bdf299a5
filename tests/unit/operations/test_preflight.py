"""The preflight finds what would make an apply fail, and each line says what to do."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import NoCredentialsError

from operations import preflight_account, preflight_deployment, preflight_files
from operations.preflight import CHECKS, main, report
from operations.preflight_lines import Check, Needs, Verdict, lines
from operations.tfvars import TfvarsError, read_tfvars
from tests.support.terraform_code import TERRAFORM, parsed
from tests.unit.lambdas.fakes import client_error

REPOSITORY = TERRAFORM.parent
AWS = TERRAFORM / "environments" / "aws.tfvars"
VALUES = read_tfvars(AWS) | {"admin_email": "operations@utility.hr"}
OUTPUTS = {
    "state_machine_arn": "arn:aws:states:eu-central-1:123456789012:stateMachine:energy-pipeline",
    "alarm_topic_arn": "arn:aws:sns:eu-central-1:123456789012:energy-alarms",
    "log_groups": {"planner": "/aws/lambda/energy-planner"},
}
OK, PROBLEM, NOT_CHECKED = Verdict.OK, Verdict.PROBLEM, Verdict.NOT_CHECKED


class Answers:
    """An AWS client that gives the same answer to each call of an operation. An exception is raised."""

    class exceptions:  # noqa: N801  boto3's own name
        class RepositoryNotFoundException(Exception):  # noqa: N818  the same
            pass

    def __init__(self, answers: dict[str, Any]) -> None:
        self._answers = answers
        self.asked: list[dict[str, Any]] = []

    def __getattr__(self, operation: str) -> Any:
        def call(**request: Any) -> Any:
            self.asked.append(request)
            answer = self._answers[operation]
            if isinstance(answer, Exception):
                raise answer
            return answer

        return call

    def get_paginator(self, operation: str) -> Any:
        client = self

        class Pages:
            def paginate(self, **request: Any) -> list[Any]:
                return [getattr(client, operation)(**request)]

        return Pages()


def found(check: Check, answers: dict[str, Any] | None = None, **changed: Any) -> list[tuple[Verdict, str]]:
    """Returns what a check finds with the values of aws.tfvars."""
    return list(check(needs(answers or {}, **changed)))


def needs(answers: dict[str, Any], **changed: Any) -> Needs:
    values = VALUES | changed.pop("values", {})
    return Needs(values, AWS, REPOSITORY, lambda _: Answers(answers), **changed)


def zones_of(*letters: str) -> dict[str, Any]:
    zones = [{"ZoneName": f"eu-central-1{letter}"} for letter in letters]
    return {"describe_availability_zones": {"AvailabilityZones": zones}}


def limit(executions: int) -> dict[str, Any]:
    return {"get_account_settings": {"AccountLimit": {"ConcurrentExecutions": executions}}}


def storage(used: int, most: int) -> dict[str, Any]:
    """Returns Lambda's storage for code, in GiB."""
    sizes = {"AccountUsage": {"TotalCodeSize": used * 2**30}, "AccountLimit": {"TotalCodeSize": most * 2**30}}
    return {"get_account_settings": sizes}


def quota(value: float, **used: Any) -> dict[str, Any]:
    return {"get_service_quota": {"Quota": {"Value": value}}, **used}


def offers(*versions: tuple[str, bool]) -> dict[str, Any]:
    options = [{"EngineVersion": version, "MultiAZCapable": standby} for version, standby in versions]
    return {"describe_orderable_db_instance_options": {"OrderableDBInstanceOptions": options}}


def rds(instances: int, storage: int) -> dict[str, Any]:
    used = {"DBInstances": (instances, 40), "AllocatedStorage": (storage, 100_000)}
    quotas = [{"AccountQuotaName": name, "Used": used, "Max": most} for name, (used, most) in used.items()]
    return {"describe_account_attributes": {"AccountQuotas": quotas}}


def memory(mib: int) -> dict[str, Any]:
    return {"describe_instance_types": {"InstanceTypes": [{"MemoryInfo": {"SizeInMiB": mib}}]}}


def secrets(*listed: tuple[str, bool]) -> dict[str, Any]:
    found = [{"Name": name} | ({"DeletedDate": "2026-11-01"} if deleted else {}) for name, deleted in listed]
    return {"list_secrets": {"SecretList": found}}


def planner_log(*versions: str) -> dict[str, Any]:
    lines = [json.dumps({"message": "initialized", "boto3": version}) for version in versions]
    lines.append(json.dumps({"message": "not initialized", "boto3": "9"}))
    return {"filter_log_events": {"events": [{"message": line} for line in lines]}}


def subscribed(arn: str, email: str = "operations@utility.hr") -> dict[str, Any]:
    return {"list_subscriptions_by_topic": {"Subscriptions": [{"SubscriptionArn": arn, "Endpoint": email}]}}


def manifest(content: dict[str, Any]) -> dict[str, Any]:
    return {"batch_get_image": {"images": [{"imageManifest": json.dumps(content)}]}}


INDEX = {"manifests": [{"platform": {"architecture": name}} for name in ("amd64", "unknown")]}
ARM = {"manifests": [{"platform": {"architecture": "arm64"}}]}
TESTED = re.findall(r"^boto3==(\S+)$", (REPOSITORY / "requirements" / "lambda.in").read_text(), re.MULTILINE)[0]
NOT_THERE = Answers.exceptions.RepositoryNotFoundException()
A, D, F = preflight_account, preflight_deployment, preflight_files

CASES: dict[str, tuple[Check, dict[str, Any], dict[str, Any], Verdict, str]] = {
    "the zones of the region": (A.zones, zones_of("c", "a", "b"), {}, OK, "eu-central-1a and eu-central-1b"),
    "a zone that is not there": (
        A.zones, zones_of("a", "b"), {"values": {"availability_zones": ["eu-central-1a", "eu-central-1d"]}}, PROBLEM,
        "has no zone eu-central-1d: use 2 of eu-central-1a, eu-central-1b",
    ),
    "a region with one zone": (A.zones, zones_of("a"), {}, PROBLEM, "take another region"),
    "the account of the outputs": (
        A.account, {"get_caller_identity": {"Account": "123456789012"}}, {"outputs": OUTPUTS}, OK, "123456789012",
    ),
    "another account": (
        A.account, {"get_caller_identity": {"Account": "999999999999"}}, {"outputs": OUTPUTS}, PROBLEM,
        "the outputs of 123456789012: sign in to that one",
    ),
    "a new account's 10 executions": (
        A.concurrency, limit(10), {}, PROBLEM, "200 are needed: ask for a higher quota `aws service-quotas",
    ),
    "just enough executions": (A.concurrency, limit(200), {}, OK, "100 for the authorizer, 26 for a run"),
    "one too few executions": (A.concurrency, limit(199), {}, PROBLEM, "--desired-value 1000"),
    "a large run beside the reserve": (
        A.concurrency, limit(1000), {"values": {"pipeline_max_concurrency": 1000}}, PROBLEM, "1,110 are needed",
    ),
    "room for versions": (A.code_storage, storage(60, 75), {}, OK, "have 60.0 of 75.0 GiB"),
    "versions of years": (A.code_storage, storage(61, 75), {}, PROBLEM, "`python -m operations.versions` lists"),
    "no reserve for the authorizer": (
        A.concurrency, limit(1000), {"values": {"authorizer_reserved_concurrency": -1}}, PROBLEM, "can starve it",
    ),
    "one address is left for 2 gateways": (
        A.addresses, quota(5, describe_addresses={"Addresses": [{}] * 4}), {}, PROBLEM, "--quota-code L-0263D0A3",
    ),
    "addresses are free": (A.addresses, quota(5, describe_addresses={"Addresses": [{}] * 3}), {}, OK, "3 used, 2 more"),
    "the last network is taken": (A.networks, quota(5, describe_vpcs={"Vpcs": [{}] * 5}), {}, PROBLEM, "VPCs is 5"),
    "few virtual CPUs": (A.fargate, quota(6), {}, PROBLEM, "10 more are needed"),
    "enough virtual CPUs": (A.fargate, quota(10), {}, OK, "10 more needed, 10 allowed"),
    "a class with a standby": (A.database_class, offers(("17.6", True), ("18.1", True)), {}, OK, "and a standby"),
    "a class of an older Postgres": (A.database_class, offers(("17.6", True)), {}, PROBLEM, "choose another"),
    "a class without a standby": (A.database_class, offers(("18.1", False)), {}, PROBLEM, "choose another"),
    "no standby is wanted": (
        A.database_class, offers(("18.1", False)), {"values": {"database_multi_az": False}}, OK, "with Postgres 18",
    ),
    "the last database is taken": (A.database_quota, rds(40, 0), {}, PROBLEM, "DBInstances is 40"),
    "the storage could not grow": (A.database_quota, rds(0, 99_600), {}, PROBLEM, "AllocatedStorage is 100,000"),
    "a secret that waits for its end": (
        A.leftovers, secrets(("energy-database", True), ("other-database", True)), {}, PROBLEM,
        "--secret-id energy-database --force-delete-without-recovery",
    ),
    "no leftovers": (A.leftovers, secrets(("energy-database", False), ("other", True)), {}, OK, "no earlier"),
    "no function has run": (D.sdk, {}, {}, NOT_CHECKED, "before the first apply"),
    "no run has begun": (D.sdk, planner_log(), {"outputs": OUTPUTS}, NOT_CHECKED, "in the last 8 days"),
    "the tested boto3": (D.sdk, planner_log("1.0.0", TESTED), {"outputs": OUTPUTS}, OK, f"with boto3 {TESTED}"),
    "another boto3": (
        D.sdk, planner_log(TESTED, "1.99.0"), {"outputs": OUTPUTS}, PROBLEM, "set boto3==1.99.0 in requirements",
    ),
    "no repository": (D.image, {"batch_get_image": NOT_THERE}, {}, PROBLEM, "there is no repository energy-service"),
    "no image": (D.image, {"batch_get_image": {"images": []}}, {}, PROBLEM, "has no image 1.0.0: `make push"),
    "an image for both": (D.image, manifest(INDEX), {}, OK, "is for x86_64"),
    "an image for the other processor": (D.image, manifest(ARM), {}, PROBLEM, "and the tasks run on x86_64"),
    "before the first apply": (D.subscription, {}, {}, NOT_CHECKED, "run this again after it, with --outputs"),
    "a confirmed subscription": (
        D.subscription, subscribed("arn:aws:sns:eu-central-1:1:a:2"), {"outputs": OUTPUTS}, OK, "gets the alarms",
    ),
    "a pending subscription": (
        D.subscription, subscribed("PendingConfirmation"), {"outputs": OUTPUTS}, PROBLEM, "open the link",
    ),
    "another subscriber": (
        D.subscription, subscribed("arn:a", "else@utility.hr"), {"outputs": OUTPUTS}, PROBLEM, "does not subscribe",
    ),
    "no mails to customers": (D.customer_mails, {}, {}, OK, "customers get no mails"),
    "a sender that is not verified": (
        D.customer_mails, {"get_identity_verification_attributes": {"VerificationAttributes": {}}},
        {"values": {"customer_notifications": "ses"}}, PROBLEM, "(NotStarted): open the link",
    ),
    "enough connections": (A.database_connections, memory(4096), {}, OK, "allows about 405, and 246 are needed"),
    "too many connections": (A.database_connections, memory(2048), {}, PROBLEM, "allows about 202 connections, and"),
    "larger pools": (
        A.database_connections, memory(4096), {"values": {"database_pool_size": 20}}, PROBLEM, "lower database_pool",
    ),
    "an unknown time zone": (F.values, {}, {"values": {"time_zone": "Europe/Zagreb2"}}, PROBLEM, "no time zone"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_check_says_what_it_found(case: str) -> None:
    check, answers, changed, verdict, text = CASES[case]
    lines = found(check, answers, **changed)
    assert any(each is verdict and text in said for each, said in lines), lines


def test_an_image_of_one_processor_says_it_in_its_configuration(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"architecture": "arm64"}')
    answers = manifest({"config": {"digest": "sha256:1"}}) | {
        "get_download_url_for_layer": {"downloadUrl": config.as_uri()}
    }
    assert found(D.image, answers, values={"cpu_architecture": "arm64"}) == [(OK, "energy-service:1.0.0 is for arm64")]
    assert [verdict for verdict, _ in found(D.image, answers)] == [PROBLEM]


@pytest.mark.skipif(shutil.which("terraform") is None, reason="Terraform is not installed")
def test_terraforms_own_rules_are_asked() -> None:
    lines = found(F.values, values={"admin_email": parsed(AWS)["admin_email"]})
    count = len(VALUES)
    assert [text for verdict, text in lines if verdict is PROBLEM and "A placeholder" in text]  # the file's own address
    assert count == len(parsed(AWS))
    local = Needs(VALUES, TERRAFORM / "environments" / "local.tfvars", REPOSITORY, lambda _: None)
    assert list(F.values(local)) == [(OK, f"Terraform takes the {count} values of local.tfvars")]


def test_what_cannot_be_asked_is_not_checked_with_the_reason() -> None:
    def refused(_needs: Needs) -> Any:
        raise client_error("AccessDeniedException", "DescribeVpcs")

    def signed_out(_needs: Needs) -> Any:
        raise NoCredentialsError

    def unset(given: Needs) -> Any:
        yield OK, given.values["colour"]

    checks = {"vpc": refused, "account": signed_out, "value": unset, "image": refused}
    printed: list[str] = []
    assert report(lines(checks, needs({}, unanswered={"image": "there is none here"})), printed.append) == 1
    assert [" ".join(line.split()) for line in printed] == [
        f"not checked vpc {client_error('AccessDeniedException', 'DescribeVpcs')}",
        "not checked account there are no AWS credentials: sign in, as with `aws sso login`",
        "PROBLEM value aws.tfvars has no value for colour: add it",
        "not checked image there is none here",
        "0 ok, 1 problems, 3 not checked",
    ]


def test_every_check_of_a_deployment_that_stands_needs_no_quota() -> None:
    for check in (A.addresses, A.networks, A.database_quota, A.leftovers):
        assert [verdict for verdict, _ in found(check, {}, outputs=OUTPUTS)] == [OK]


@pytest.mark.parametrize("environment", ["aws", "local"])
def test_the_values_are_read_as_terraform_reads_them(environment: str) -> None:
    path = TERRAFORM / "environments" / f"{environment}.tfvars"
    assert read_tfvars(path) == {name: value for name, value in parsed(path).items() if not name.startswith("__")}


@pytest.mark.parametrize("line", ["name", "name = energy-1 2", 'name = "a', "x = {", "x = [\n1]", "X = 1"])
def test_a_line_that_is_no_value_is_named(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.tfvars"
    path.write_text(f'# a comment\n\nregion = "eu-central-1" # yours\n{line}\n')
    with pytest.raises(TfvarsError, match="line 4"):
        read_tfvars(path)
    assert main(["--tfvars", str(path)]) == 1
    assert "line 4" in capsys.readouterr().err


def test_the_checks_are_in_one_order() -> None:
    assert [*CHECKS] == [*preflight_files.FILE_CHECKS, *preflight_account.ACCOUNT_CHECKS, *D.DEPLOYMENT_CHECKS]
