"""Least privilege, nothing public, no password in plain text."""

import re
from pathlib import Path
from typing import Any

import pytest

from domain.customer_meter import METER_ATTRIBUTES
from domain.customers import ATTRIBUTES, CREDENTIAL_ATTRIBUTES, HASHES, KEY, LAST_USED
from domain.database_roles import ROLES
from tests.support.terraform_code import TERRAFORM, blocks, expressions, files, local_values, named, parsed

MODULES = TERRAFORM / "modules"
DOCUMENTS = blocks("aws_iam_policy_document", kind="data")

# Where AWS takes no narrower resource: (module, statement) and why.
EVERY_RESOURCE = {
    ("service", "LogInToRegistry"): "ecr:GetAuthorizationToken knows no resource",
    ("pipeline", "DeliverLogs"): "log delivery belongs to the account, not to a log group",
    ("exporter", "AttachToVpc"): "describing interfaces knows no resource, and new interfaces have no name yet",
    ("exporter", "KeepVpcFromCode"): "a denial",
    ("database_roles", "AttachToVpc"): "describing interfaces knows no resource, and new interfaces have no name yet",
    ("database_roles", "KeepVpcFromCode"): "a denial",
    ("encryption", "RuleByTheAccountsPolicies"): "a key's own policy: the key",
    ("encryption", "UseThroughTheStores"): "a key's own policy: the key",
    ("encryption", "NotifyOfAlarms"): "a key's own policy: the key",
}

EVERY_ACTION = {("encryption", "RuleByTheAccountsPolicies")}
"""AWS's default key policy: without it nobody could change the key any more."""


def statements() -> list[Any]:
    return [
        pytest.param(document, statement, id=f"{document} {statement.get('sid', '')}")
        for document in DOCUMENTS
        for statement in document.body["statement"]
    ]


def is_trust(statement: dict[str, Any]) -> bool:
    return bool(statement["actions"] == ["sts:AssumeRole"])


@pytest.mark.parametrize(("document", "statement"), statements())
def test_a_policy_names_its_resources(document, statement):
    if is_trust(statement):
        assert "resources" not in statement
    elif "*" in statement["resources"]:
        assert (document.module, statement["sid"]) in EVERY_RESOURCE


def test_every_exception_is_still_needed():
    used = {
        (document.module, statement["sid"])
        for document in DOCUMENTS
        for statement in document.body["statement"]
        if "*" in statement.get("resources", [])
    }
    assert used == set(EVERY_RESOURCE)


@pytest.mark.parametrize(("document", "statement"), statements())
def test_what_is_allowed_is_named_action_by_action(document, statement):
    if statement.get("effect", "Allow") == "Allow" and (document.module, statement.get("sid")) not in EVERY_ACTION:
        assert [action for action in statement["actions"] if "*" in action] == []


@pytest.mark.parametrize(("document", "statement"), statements())
def test_only_a_denial_is_for_everyone(document, statement):
    for principal in statement.get("principals", []):
        if "*" in principal["identifiers"]:
            denies = statement.get("effect") == "Deny"
            assert denies or _conditions(statement)["kms:CallerAccount"] == ["${var.account_id}"]


def test_the_key_is_used_through_the_stores_alone_and_rotates():
    (key,) = blocks("aws_kms_key")
    assert key.body["enable_key_rotation"] is True
    (policy,) = [document for document in DOCUMENTS if document.module == "encryption"]
    (use,) = [statement for statement in policy.body["statement"] if statement["sid"] == "UseThroughTheStores"]
    conditions = {condition["variable"]: condition for condition in use["condition"]}
    assert set(conditions) == {"kms:CallerAccount", "kms:ViaService"}
    assert {condition["test"] for condition in conditions.values()} == {"StringEquals"}
    stores = local_values(TERRAFORM / "modules" / "encryption")["stores"]
    assert stores == ["dynamodb", "rds", "s3", "secretsmanager", "sns", "sqs"]


def test_what_holds_customers_data_is_encrypted_with_the_accounts_own_key():
    (table,) = blocks("aws_dynamodb_table")
    assert table.body["server_side_encryption"][0]["kms_key_arn"] == "${var.kms_key_arn}"
    (database,) = blocks("aws_db_instance")
    secrets = blocks("aws_secretsmanager_secret")
    (topic,) = blocks("aws_sns_topic")
    assert {each.body["kms_key_id"] for each in (database, *secrets)} == {"${var.kms_key_arn}"}
    assert topic.body["kms_master_key_id"] == "${var.kms_key_arn}"
    (bucket,) = blocks("aws_s3_bucket_server_side_encryption_configuration")
    (default,) = bucket.body["rule"][0]["apply_server_side_encryption_by_default"]
    assert default == {"sse_algorithm": "aws:kms", "kms_master_key_id": "${var.kms_key_arn}"}
    given = [body for body in named("module", TERRAFORM).values() if "kms_key_arn" in body]
    assert {body["kms_key_arn"] for body in given} == {"${module.encryption.key_arn}"}


def test_every_policy_has_the_address_of_its_documentation():
    for path in files():
        lines = path.read_text().splitlines()
        for number, line in enumerate(lines):
            if line.startswith('data "aws_iam_policy_document"'):
                start = number
                while start and lines[start - 1].startswith("#"):
                    start -= 1
                end = next(i for i in range(number, len(lines)) if lines[i] == "}")
                assert "https://docs.aws.amazon.com/" in "\n".join(lines[start:end]), f"{path}:{number + 1}"


def test_only_the_authorizer_sees_hashes_of_keys_and_it_changes_none_of_them():
    """By IAM and not by habit: each call's attributes are listed, and they are the code's."""
    allowed = {
        (document.module, statement["sid"]): (statement["actions"], _conditions(statement))
        for document in DOCUMENTS
        for statement in document.body["statement"]
        if any(action.startswith("dynamodb:") for action in statement["actions"]) and "effect" not in statement
    }
    (described,) = [
        body["value"] for name, body in named("output", MODULES / "customers").items() if name == "described_by"
    ]
    assert tuple(described) == ATTRIBUTES
    assert HASHES not in described
    specific = {"dynamodb:Select": ["SPECIFIC_ATTRIBUTES"]}
    scan = (["dynamodb:Scan"], {"dynamodb:Attributes": "${var.customers_described_by}", **specific})
    key, last_used = "${local.key}", "${local.last_used}"
    assert allowed == {
        ("planner", "ReadCustomers"): scan,
        ("planner", "EstimateCustomers"): (["dynamodb:DescribeTable"], {}),
        ("authorizer", "ReadOneCustomer"): (
            ["dynamodb:GetItem"],
            {"dynamodb:Attributes": [key, "active", HASHES, last_used, *METER_ATTRIBUTES], **specific},
        ),
        ("authorizer", "NoteUseOfKeys"): (
            ["dynamodb:UpdateItem"],
            {"dynamodb:Attributes": [key, last_used], "dynamodb:ReturnValues": ["NONE"]},
        ),
    }
    assert local_values(MODULES / "authorizer") == {"key": KEY, "last_used": LAST_USED}
    assert set(CREDENTIAL_ATTRIBUTES) == {KEY, "active", HASHES, LAST_USED, *METER_ATTRIBUTES}


def test_roles_have_written_policies_and_none_of_aws():
    assert blocks("aws_iam_role_policy_attachment") == []
    assert [str(role) for role in blocks("aws_iam_role") if "managed_policy_arns" in role.body] == []
    assert not any("AWSLambdaBasicExecutionRole" in line for path in files() for line in _code(path))


def test_the_load_balancer_is_internal_and_behind_the_vpc_link_alone():
    (load_balancer,) = blocks("aws_lb")
    assert load_balancer.body["internal"] is True
    flows = _flows()
    assert [source for source, target in flows if target == "load_balancer"] == ["vpc_link"]
    assert [source for source, target in flows if target == "service"] == ["load_balancer"]
    assert sorted(source for source, target in flows if target == "database") == ["exporter", "roles", "service"]


def test_the_apis_integrations_all_go_through_the_vpc_link():
    (integration,) = blocks("aws_apigatewayv2_integration")
    assert integration.body["connection_type"] == "VPC_LINK"
    assert integration.body["connection_id"] == "${aws_apigatewayv2_vpc_link.this.id}"
    (link,) = blocks("aws_apigatewayv2_vpc_link")
    assert link.body["security_group_ids"] == ["${var.security_group_id}"]
    api = named("module", TERRAFORM)["api"]
    assert api["security_group_id"] == '${module.security_groups.ids["vpc_link"]}'
    assert api["listener_arn"] == "${module.load_balancer.listener_arn}"


def test_each_part_has_its_own_group_and_a_private_subnet():
    modules = named("module", TERRAFORM)
    groups = {"database": "database", "load_balancer": "load_balancer", "service": "service", "exporter": "exporter"}
    groups["database_roles"] = "roles"
    for module, group in groups.items():
        assert modules[module]["security_group_id"] == f'${{module.security_groups.ids["{group}"]}}', module
        assert modules[module]["subnet_ids"] == "${module.network.private_subnet_ids}", module


def test_only_the_nat_gateway_and_nothing_that_runs_is_in_a_public_subnet():
    users = [
        str(block)
        for block in blocks()
        if any("aws_subnet.public" in text for text in expressions(block.body))
        and block.type != "aws_route_table_association"
    ]
    assert users == ["network: aws_nat_gateway.this"]
    assert "public_subnet_ids" not in named("output", MODULES / "network")


def test_the_load_balancer_drops_headers_that_are_spelled_oddly():
    (load_balancer,) = blocks("aws_lb")
    assert load_balancer.body["drop_invalid_header_fields"] is True


def test_no_address_is_let_in():
    for rule in blocks("aws_vpc_security_group_ingress_rule"):
        assert "referenced_security_group_id" in rule.body
        assert "cidr_ipv4" not in rule.body
    assert [str(group) for group in blocks("aws_security_group") if "ingress" in group.body] == []


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
    (task,) = blocks("aws_ecs_task_definition")
    assert "local.environment" in task.body["container_definitions"]
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
    (table,) = blocks("aws_dynamodb_table")
    assert table.body["point_in_time_recovery"][0]["enabled"] is True
    for kind, name in (
        ("aws_db_instance", "deletion_protection"),
        ("aws_dynamodb_table", "deletion_protection_enabled"),
        ("aws_lb", "enable_deletion_protection"),
    ):
        (block,) = blocks(kind)
        assert block.body[name] == "${var.deletion_protection}"


def test_tasks_have_no_public_address():
    (service,) = blocks("aws_ecs_service")
    assert service.body["network_configuration"][0]["assign_public_ip"] is False


def test_the_password_goes_from_secret_to_database_and_nowhere_else():
    (database,) = blocks("aws_db_instance")
    assert "password" not in database.body
    assert "manage_master_user_password" not in database.body
    assert "ephemeral.aws_secretsmanager_secret_version" in database.body["password_wo"]
    versions = blocks("aws_secretsmanager_secret_version")
    assert {version.module for version in versions} == {"database", "database_roles"}
    for version in versions:
        assert "secret_string" not in version.body
        assert "ephemeral.aws_secretsmanager_random_password" in version.body["secret_string_wo"]
    for folder in {path.parent for path in files()}:
        for name, body in named("output", folder).items():
            assert not re.search(r"password|secret_string|ephemeral", str(body["value"])), name
    variables = [name for folder in {path.parent for path in files()} for name in named("variable", folder)]
    assert {name for name in variables if "password" in name} == {"database_password_version", "password_version"}


def test_each_part_of_the_database_has_a_role_and_nobody_else_gets_the_master_users_secret():
    assert set(local_values(MODULES / "database_roles")["roles"].values()) == set(ROLES)
    modules = named("module", TERRAFORM)
    masters = {name for name, body in modules.items() if body.get("database") == "${module.database.connection}"}
    assert masters == {"database_roles"}
    readers = {
        document.module: statement["resources"]
        for document in DOCUMENTS
        for statement in document.body["statement"]
        if statement["actions"] == ["secretsmanager:GetSecretValue"]
    }
    assert set(readers) == {"database_roles", "exporter", "service"}
    assert 'secret_arns["exporter"]' in modules["exporter"]["database"]
    assert readers["service"] == ["${var.database.secret_arns.service}", "${var.database.secret_arns.owner}"]


def test_the_password_reaches_tasks_as_a_secret():
    (task,) = blocks("aws_ecs_task_definition")
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


def test_buckets_queues_table_and_topic_refuse_plain_http():
    guarded = {
        document.module: list(expressions(document.body))
        for document in DOCUMENTS
        if any("aws:SecureTransport" in text for text in expressions(document.body))
    }
    assert set(guarded) == {"bucket", "publisher", "notifications", "customers", "undelivered_events"}
    for document in DOCUMENTS:
        for statement in document.body["statement"]:
            if statement.get("sid") == "DenyWithoutTls":
                assert statement["effect"] == "Deny"
                assert statement["condition"][0]["values"] == ["false"]
    assert {policy.type for policy in blocks()} >= {
        "aws_dynamodb_resource_policy",
        "aws_s3_bucket_policy",
        "aws_sqs_queue_policy",
        "aws_sns_topic_policy",
    }


NAMES_OF_THEIR_OWN = {
    ("aws_apigatewayv2_stage", "name"),  # inside its parent, whose own name carries the prefix
    ("aws_iam_role_policy", "name"),  # the same
    ("aws_db_parameter_group", "family"),  # AWS's name for the kind of engine
}


def test_names_differ_between_two_environments_of_one_account():
    for block in blocks():
        for key in ("name", "function_name", "identifier", "family", "bucket"):
            value = block.body.get(key)
            if isinstance(value, str) and "${" not in value:
                assert (block.type, key) in NAMES_OF_THEIR_OWN, f"{block}: {value}"


def _conditions(statement: dict[str, Any]) -> dict[str, Any]:
    return {condition["variable"]: condition["values"] for condition in statement.get("condition", [])}


def _flows() -> list[tuple[str, str]]:
    (folder,) = [path for path in (TERRAFORM / "modules").iterdir() if path.name == "security_groups"]
    text = (folder / "main.tf").read_text()
    return re.findall(r'from = "(\w+)", to = "(\w+)"', text)


def _code(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
