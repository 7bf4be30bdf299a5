"""Terraform encrypts customers' data, backs it up and keeps passwords out of its state."""

import re

import pytest

from tests.support.terraform_code import TERRAFORM, blocks, files, named, parsed


def test_what_holds_customers_data_is_encrypted_with_the_accounts_own_key():
    for table in blocks("aws_dynamodb_table"):
        assert table.body["server_side_encryption"][0]["kms_key_arn"] == "${var.kms_key_arn}", table
    (database,) = blocks("aws_db_instance")
    secrets = blocks("aws_secretsmanager_secret")
    (topic,) = blocks("aws_sns_topic")
    assert {each.body["kms_key_id"] for each in (database, *secrets)} == {"${var.kms_key_arn}"}
    assert database.body["master_user_secret_kms_key_id"] == "${var.kms_key_arn}"
    assert topic.body["kms_master_key_id"] == "${var.kms_key_arn}"
    (bucket,) = blocks("aws_s3_bucket_server_side_encryption_configuration")
    (default,) = bucket.body["rule"][0]["apply_server_side_encryption_by_default"]
    assert default == {"sse_algorithm": "aws:kms", "kms_master_key_id": "${var.kms_key_arn}"}
    given = [body for body in named("module", TERRAFORM).values() if "kms_key_arn" in body]
    assert {body["kms_key_arn"] for body in given} == {"${module.encryption.key_arn}"}


def test_the_database_is_private_and_encrypted():
    (database,) = blocks("aws_db_instance")
    assert database.body["publicly_accessible"] is False
    assert database.body["storage_encrypted"] is True
    assert database.body["engine_version"] == "18"


def test_the_database_refuses_connections_without_tls():
    (database,) = blocks("aws_db_instance")
    assert database.body["parameter_group_name"] == "${aws_db_parameter_group.this.name}"
    (group,) = blocks("aws_db_parameter_group")
    assert {"name": "rds.force_ssl", "value": "1"} in group.body["parameter"]
    assert parsed(TERRAFORM / "environments" / "aws.tfvars")["database_sslmode"] == "require"
    variables = {task.name: task.body["container_definitions"] for task in blocks("aws_ecs_task_definition")}
    assert "local.environment" in variables["this"]
    assert "local.migration_environment" in variables["migrations"]
    for folder in ("service", "exporter", "database_roles"):
        text = (TERRAFORM / "modules" / folder / "main.tf").read_text()
        assert re.search(r"DATABASE_SSLMODE\s+= var\.database\.sslmode", text), folder


def test_on_aws_what_holds_data_is_backed_up_and_not_deleted_by_a_slip():
    settings = parsed(TERRAFORM / "environments" / "aws.tfvars")
    assert settings["deletion_protection"] is True
    assert settings["database_skip_final_snapshot"] is False
    assert settings["database_backup_retention_days"] >= 7
    assert settings["secret_recovery_days"] >= 7
    assert settings["buckets_force_destroy"] is settings["images_force_delete"] is False
    tables = {table.module: table.body for table in blocks("aws_dynamodb_table")}
    recovered = {name for name, body in tables.items() if body.get("point_in_time_recovery") == [{"enabled": True}]}
    assert tables.keys() - recovered == {"notifier"}  # a checkov reason says why
    for kind, name in (
        ("aws_db_instance", "deletion_protection"),
        ("aws_dynamodb_table", "deletion_protection_enabled"),
        ("aws_lb", "enable_deletion_protection"),
    ):
        assert blocks(kind)
        for block in blocks(kind):
            assert block.body[name] == "${var.deletion_protection}", block


def test_terraform_makes_and_reads_no_password():
    """So a role that only plans needs no right to a secret. A resource of a secret's version reads the secret."""
    (database,) = blocks("aws_db_instance")
    assert database.body["manage_master_user_password"] is True
    assert {"password", "password_wo"}.isdisjoint(database.body)
    for kind in ("resource", "data", "ephemeral"):
        kinds = {block.type for block in blocks(kind=kind)}
        assert {each for each in kinds if "secret" in each} <= {"aws_secretsmanager_secret"}
    for folder in {path.parent for path in files()}:
        for name, body in named("output", folder).items():
            assert not re.search(r"password|secret_string|ephemeral", str(body["value"])), name
    variables = [name for folder in {path.parent for path in files()} for name in named("variable", folder)]
    assert {name for name in variables if "password" in name} == {"database_password_version", "password_version"}


@pytest.mark.parametrize("task", [task for task in blocks("aws_ecs_task_definition") if task.name != "way_in"], ids=str)
def test_the_password_reaches_tasks_as_a_secret(task):
    text = task.body["container_definitions"]
    secrets = text[text.index("secrets") : text.index("logConfiguration")]
    assert "DATABASE_PASSWORD" in secrets
    assert "DATABASE_PASSWORD" not in text.replace(secrets, "")


@pytest.mark.parametrize("bucket", blocks("aws_s3_bucket"), ids=str)
def test_a_bucket_is_private_encrypted_tls_only_and_cleaned_up(bucket):
    kinds = {block.type for block in blocks() if block.module == bucket.module}
    assert kinds >= {
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_s3_bucket_lifecycle_configuration",
        "aws_s3_bucket_policy",
    }
    (access,) = [block for block in blocks("aws_s3_bucket_public_access_block") if block.module == bucket.module]
    assert [value for key, value in access.body.items() if key != "bucket"] == [True] * 4


def test_a_bucket_keeps_the_versions_that_a_kept_publication_names():
    (versioning,) = blocks("aws_s3_bucket_versioning")
    assert versioning.body["versioning_configuration"][0]["status"] == "Enabled"
    (lifecycle,) = blocks("aws_s3_bucket_lifecycle_configuration")
    rule = lifecycle.body["rule"][0]
    kept = [rule["expiration"][0]["days"], rule["noncurrent_version_expiration"][0]["noncurrent_days"]]
    assert kept == ["${var.retention_days}"] * 2
