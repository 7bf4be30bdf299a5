"""Terraform refuses a bad value of each variable that has a rule, with the rule's message, before it makes anything.

`terraform test` runs on a copy of the variables alone. So it needs no provider, no account and no network.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.terraform_code import TERRAFORM, named

pytestmark = pytest.mark.skipif(shutil.which("terraform") is None, reason="Terraform is not installed")

REPLACED = {"admin_email": "operations@utility.hr"}
"""The value of aws.tfvars that every operator must replace."""

CERTIFICATE = "arn:aws:acm:eu-central-1:111122223333:certificate/12345678-1234-1234-1234-123456789012"

BAD: dict[str, list[Any]] = {
    "name": ["Energy", "e", "energy-", "1energy", "a" * 21, "en_ergy"],
    "region": ["eu-central", "eu-central-1a", "cn-north-1", "us-gov-west-1", "EU-CENTRAL-1", ""],
    "availability_zones": [
        ["eu-central-1a"],
        ["eu-central-1a", "eu-central-1a"],
        ["eu-central-1a", "eu-central-1b", "eu-central-1c"],
        ["eu-west-1a", "eu-west-1b"],
        ["eu-central-1a", "1b"],
    ],
    "vpc_cidr_block": ["10.20.0.0/15", "10.20.0.0/23", "10.20.0.0/24", "10.20.0.0", "10.20.0.1/16", "10.300.0.0/16",
                       "fd00::/16", ""],
    "nat_gateways": [0, 3, 1.5],
    "private_services": [["s3"], ["dynamodb"], ["ECR.API"], ["logs", "logs"], ["ecr."], [""]],
    "time_zone": ["", "Europe/Zagreb ", "CET/CEST DST", "+01:00"],
    "log_level": ["info", "TRACE"],
    "log_retention_days": [0, 2, 366],
    "cpu_architecture": ["x86", "amd64", "ARM64"],
    "authorizer_cache_seconds": [-1, 3601],
    "authorizer_reserved_concurrency": [-2, 0, 1, 4, 5.5],
    "api_throttling_rate_limit": [0, -1],
    "api_throttling_burst_limit": [0, 1.5],
    "database_instance_class": ["t4g.medium", "db.t4g", "db.T4G.medium", "db.t4g.medium "],
    "database_allocated_storage_gib": [19, 20.5],
    "database_max_storage_gib": [50, 54, 65537],
    "database_backup_retention_days": [-1, 36],
    "database_pool_size": [0, 1, 101, 2.5],
    "database_sslmode": ["disable", "allow", ""],
    "database_password_version": [0, 1.5],
    "secret_recovery_days": [-1, 1, 6, 31],
    "readings_retention_days": [1, 100001],
    "metering_point_pattern": ["[0-9", "(", "*"],
    "clock_tolerance_seconds": [-1, 121],
    "grace_days": [-1, 3651],
    "release": ["", ".1", "-1", "a b", "1.0:0", "a" * 129],
    "service_cpu": [0, 300, 32768],
    "service_memory_mib": [512, 1025, 8192, 100],
    "service_min_tasks": [0, 1],
    "service_max_tasks": [1, 4068],
    "service_target_cpu_percent": [0, 101],
    "admin_email": ["", "admin", "admin@utility", "a b@utility.hr", "admin@energy.example", "admin@example.com",
                    "admin@mail.example.org", "admin@UTILITY.INVALID", "a@b.test"],
    "customer_notifications": ["SES", "sns", ""],
    "customer_mail_from": ["", "no-reply", "no-reply@utility"],
    "domain_name": ["meters", "Meters.utility.hr", "https://meters.utility.hr", "meters.utility.hr.", "-a.utility.hr"],
    "domain_certificate_arn": [CERTIFICATE, CERTIFICATE.replace("eu-central-1", "us-east-1"), "certificate"],
    "domain_zone_id": ["Z0123456789ABCDEFGHIJ", "zone", "/hostedzone/Z01"],
    "domain_alone": [True],
    "tracing_mode": ["active", "On", ""],
    "function_log_format": ["json", "text", ""],
    "alarm_api_5xx_percent": [0, 100],
    "alarm_api_4xx_percent": [0, 100],
    "alarm_api_latency_ms": [0, 30000],
    "alarm_api_least_requests_per_hour": [0, 1.5],
    "alarm_queue_age_hours": [0, 336],
    "alarm_database_cpu_percent": [0, 100],
    "alarm_database_free_memory_mib": [0, -1],
    "alarm_database_free_storage_percent": [0, 10, 11],
    "pipeline_schedule_expression": ["", "daily", "cron(15 1 * *)", "rate(0 days)", "rate(1)"],
    "catch_up_schedule_expression": ["hourly", "rate(1 week)", "cron()"],
    "pipeline_shards": [0, 10001, 1.5],
    "pipeline_max_concurrency": [0, 1001],
    "catch_up_days": [0, 367],
    "catch_up_shards": [0, 100001],
    "escalate_after_days": [0, 1, 2.5],
    "exported_retention_days": [89],
    "enriched_retention_days": [89],
    "athena_scan_limit_mib": [0, 9, 10.5],
    "athena_results_retention_days": [0, 3651, 1.5],
}  # fmt: skip

TOGETHER: dict[str, tuple[str, dict[str, Any]]] = {
    "neither a NAT gateway nor every endpoint": (
        "nat_gateways", {"nat_gateways": 0, "private_services": ["ecr.api", "ecr.dkr", "logs"]},
    ),
    "a mail to customers from a placeholder": ("customer_mail_from", {"customer_notifications": "ses"}),
    "exported objects end before their readings": ("exported_retention_days", {"readings_retention_days": 91}),
    "enriched objects end before their readings": ("enriched_retention_days", {"readings_retention_days": 1826}),
    "more tasks than a small network has addresses": (
        "service_max_tasks", {"vpc_cidr_block": "10.0.0.0/22", "service_max_tasks": 36},
    ),
    "a domain without a certificate": ("domain_certificate_arn", {"domain_name": "meters.utility.hr"}),
    "the maximum is below the minimum": ("service_max_tasks", {"service_min_tasks": 11}),
    "the memory does not fit the processor": ("service_memory_mib", {"service_cpu": 4096}),
}  # fmt: skip

DOMAIN = {"domain_name": "meters.utility.hr", "domain_certificate_arn": CERTIFICATE}

GOOD: dict[str, list[Any]] = {
    "name": ["energy-test", "e1", "a" * 20],
    "region": ["us-east-1", "ap-southeast-4", "il-central-1", "mx-central-1", "sa-east-1", "ca-west-1"],
    "availability_zones": [[], ["eu-central-1a", "eu-central-1c"]],
    "private_services": [[], ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "xray"]],
    "vpc_cidr_block": ["10.20.0.0/16", "10.20.64.0/18", "192.168.0.0/22"],
    "time_zone": ["UTC", "Etc/GMT+1", "America/Argentina/Buenos_Aires", "EST5EDT", "Asia/Kolkata"],
    "authorizer_reserved_concurrency": [-1, 5, 900],
    "service_memory_mib": [1024, 4096],
    "service_max_tasks": [2, 4067],
    "admin_email": ["a.b+c@mail.utility.hr", "ops@example-energy.com", "ops@bestexample.com", "ops@test.com"],
    "pipeline_schedule_expression": ["cron(15 1 * * ? *)", "rate(1 day)", "rate(12 hours)"],
    "metering_point_pattern": ["[0-9]{18}", "HR[0-9]{10}"],
}

_GOOD_TOGETHER: dict[str, tuple[str, dict[str, Any]]] = {
    f"good-together-{name}": (name, DOMAIN | {"domain_zone_id": "Z0123456789ABCDEFGHIJ", "domain_alone": True})
    for name in ("domain_name", "domain_certificate_arn", "domain_zone_id", "domain_alone")
}


def variables() -> dict[str, Any]:
    return named("variable", TERRAFORM)


def cases() -> dict[str, tuple[str, dict[str, Any]]]:
    """Returns the cases by name: the variable that refuses, and the values."""
    alone = {f"{name}-{n}": (name, {name: value}) for name, values in BAD.items() for n, value in enumerate(values)}
    together = {f"together-{number}": case for number, case in enumerate(TOGETHER.values())}
    return alone | together


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Runs Terraform once with every case. Returns for each case the messages of the rules that refuse its values."""
    folder = tmp_path_factory.mktemp("variables")
    for path in TERRAFORM.glob("variables*.tf"):
        shutil.copy(path, folder)
    (folder / "tests").mkdir()
    for case, (_, values) in (cases() | _accepted()).items():
        given = "".join(f"  {name} = {_hcl(value)}\n" for name, value in (REPLACED | values).items())
        text = f'variables {{\n{given}}}\n\nrun "case" {{\n  command = plan\n}}\n'
        (folder / "tests" / f"{case}.tftest.hcl").write_text(text)
    found: dict[str, list[str]] = {case: [] for case in cases() | _accepted()}
    ran = set()
    for event in _test(folder):
        case = Path(event.get("@testfile", "")).name.removesuffix(".tftest.hcl")
        if event["type"] == "diagnostic" and event["diagnostic"]["severity"] == "error":
            found[case].append(event["diagnostic"]["detail"])
        if event["type"] == "test_run":
            ran.add(case)
    assert ran == set(found)
    return found


def _accepted() -> dict[str, tuple[str, dict[str, Any]]]:
    return _GOOD_TOGETHER | {
        f"good-{name}-{n}": (name, {name: v}) for name, values in GOOD.items() for n, v in enumerate(values)
    }


def _test(folder: Path) -> Iterator[dict[str, Any]]:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "CHECKPOINT_DISABLE": "1",
        "TF_CLI_CONFIG_FILE": os.devnull,
    }
    for arguments in (["init", "-input=false"], ["test", "-json", f"-var-file={TERRAFORM}/environments/aws.tfvars"]):
        done = subprocess.run(
            ["terraform", *arguments], cwd=folder, env=environment, check=False, capture_output=True, text=True
        )
        if arguments[0] == "init":
            assert done.returncode == 0, done.stderr
    return (json.loads(line) for line in done.stdout.splitlines())


def _hcl(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("${", "$${").replace("%{", "%%{")


def _rules(name: str) -> list[str]:
    """Returns the messages of a variable's rules."""
    return [rule["error_message"] for rule in variables()[name].get("validation", [])]


def test_every_variable_with_a_rule_has_bad_values() -> None:
    assert set(BAD) == {name for name in variables() if _rules(name)}


@pytest.mark.parametrize("case", cases())
def test_a_bad_value_is_refused_by_its_own_rule(case: str, told: dict[str, list[str]]) -> None:
    name, values = cases()[case]
    messages = _rules(name)
    assert any(message in detail for detail in told[case] for message in messages), (values, told[case])


def test_every_rule_refuses_something(told: dict[str, list[str]]) -> None:
    details = " ".join(detail for case in cases() for detail in told[case])
    assert [message for name in BAD for message in _rules(name) if message not in details] == []


@pytest.mark.parametrize("case", _accepted())
def test_a_good_value_is_taken(case: str, told: dict[str, list[str]]) -> None:
    name, values = _accepted()[case]
    refused = [detail for detail in told[case] if any(message in detail for message in _rules(name))]
    assert refused == [], values


def test_the_placeholder_of_aws_tfvars_is_refused_and_a_laptop_may_have_one() -> None:
    text = (TERRAFORM / "environments" / "aws.tfvars").read_text()
    assert re.search(r'^admin_email\s+= "[^"]*\.example"', text, re.MULTILINE)
    local = (TERRAFORM / "environments" / "local.tfvars").read_text()
    assert re.search(r"^deletion_protection\s+= false", local, re.MULTILINE)
