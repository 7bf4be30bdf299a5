"""Policies grant the least privilege, and names of two environments differ."""

import re
from pathlib import Path
from typing import Any

import pytest

from domain.alarm_table import RANGE, VIEW
from domain.customer_meter import METER_ATTRIBUTES
from domain.customers import ATTRIBUTES, CREDENTIAL_ATTRIBUTES, HASHES, KEY, LAST_USED
from domain.database_roles import ROLES
from tests.support.terraform_code import TERRAFORM, blocks, expressions, files, local_values, named

MODULES = TERRAFORM / "modules"
DOCUMENTS = blocks("aws_iam_policy_document", kind="data")

# Where AWS takes no narrower resource: (module, statement) and why.
EVERY_RESOURCE = {
    ("service", "LogInToRegistry"): "ecr:GetAuthorizationToken knows no resource",
    ("pipeline", "DeliverLogs"): "log delivery belongs to the account, not to a log group",
    ("vpc_rights", "AttachToVpc"): "describing interfaces knows no resource, and new interfaces have no name yet",
    ("vpc_rights", "KeepVpcFromCode"): "a denial",
    ("people", "SeeMetrics"): "metrics and their data know no resource",
    ("encryption", "RuleByTheAccountsPolicies"): "a key's own policy: the key",
    ("encryption", "UseThroughTheStores"): "a key's own policy: the key",
    ("encryption", "NotifyOfAlarms"): "a key's own policy: the key",
    ("service", "OpenSessions"): "Session Manager's channels know no resource",
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
    """IAM lists the attributes of each call, and the list equals the attributes in the code."""
    allowed = {
        (document.module, statement["sid"]): (statement["actions"], _conditions(statement))
        for document in DOCUMENTS
        for statement in document.body["statement"]
        if any(action.startswith("dynamodb:") for action in statement["actions"]) and "effect" not in statement
        if document.module != "notifier"  # its own table has no keys
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
        # These reach the table of alarms alone, which holds no key.
        ("service", "ReadAlarms"): (["dynamodb:Query"], {"dynamodb:Attributes": [KEY, RANGE, *VIEW], **specific}),
        ("publisher", "KeepAlarms"): (["dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"], {}),
        ("publisher", "CountOpenAlarms"): (["dynamodb:Scan"], {}),
        ("reporter", "CountOpenAlarms"): (["dynamodb:Scan"], {}),
        ("people", "ReadCustomers"): (["dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"], scan[1]),
        ("people", "ReadAlarms"): (
            ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"],
            {},
        ),
        ("people", "ChangeAlarms"): (["dynamodb:PutItem", "dynamodb:UpdateItem"], {}),
    }
    assert local_values(MODULES / "authorizer") == {"key": KEY, "last_used": LAST_USED}
    assert set(CREDENTIAL_ATTRIBUTES) == {KEY, "active", HASHES, LAST_USED, *METER_ATTRIBUTES}


def test_roles_have_written_policies_and_none_of_aws():
    assert blocks("aws_iam_role_policy_attachment") == []
    assert [str(role) for role in blocks("aws_iam_role") if "managed_policy_arns" in role.body] == []
    assert not any("AWSLambdaBasicExecutionRole" in line for path in files() for line in _code(path))


READING = ("Get", "List", "Describe", "BatchGet", "Filter", "Query", "Scan")
OF_QUERIES = {
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
    "s3:PutObject",
    "s3:AbortMultipartUpload",
}
"""A viewer who queries starts and stops queries, and stores their results."""


def test_a_viewer_changes_nothing_but_the_results_of_queries():
    viewer = _statements("people", "viewer")
    changing = {
        action: statement["resources"]
        for statement in viewer.values()
        for action in statement["actions"]
        if not action.partition(":")[2].startswith(READING)
    }
    assert set(changing) == OF_QUERIES
    assert {str(changing[action]) for action in OF_QUERIES if action.startswith("s3:")} == {
        str(["${var.results_bucket.arn}/*"])
    }
    assert {effect for statement in viewer.values() for effect in [statement.get("effect", "Allow")]} == {"Allow"}


def test_an_operator_is_a_viewer_who_starts_runs_keeps_alarms_and_redrives():
    (document,) = [each for each in DOCUMENTS if (each.module, each.name) == ("people", "operator")]
    assert document.body["source_policy_documents"] == ["${data.aws_iam_policy_document.viewer.json}"]
    added = {sid: statement["actions"] for sid, statement in _statements("people", "operator").items()}
    assert added == {
        "StartRuns": ["states:StartExecution"],
        "ChangeAlarms": ["dynamodb:PutItem", "dynamodb:UpdateItem"],
        "SendEvents": ["sqs:SendMessage"],
        "RedriveDeadLetters": [
            "sqs:DeleteMessage",
            "sqs:ListMessageMoveTasks",
            "sqs:ReceiveMessage",
            "sqs:StartMessageMoveTask",
        ],
    }
    policies = local_values(MODULES / "people")["policies"]
    assert {name: policy["json"] for name, policy in policies.items()} == {
        name: f"${{data.aws_iam_policy_document.{name}.json}}" for name in ("viewer", "operator")
    }


def test_each_part_of_the_database_has_a_role_and_nobody_else_gets_the_master_users_secret():
    assert set(local_values(MODULES / "database_roles")["roles"].values()) == set(ROLES)
    modules = named("module", TERRAFORM)
    assert {name for name, body in modules.items() if "module.database.master" in str(body)} == {"database_roles"}
    readers = {
        (document.module, document.name): statement["resources"]
        for document in DOCUMENTS
        for statement in document.body["statement"]
        if statement["actions"] == ["secretsmanager:GetSecretValue"]
    }
    assert 'secret_arns["exporter"]' in modules["exporter"]["database"]
    (exporter,) = [resources for (module, _), resources in readers.items() if module == "exporter"]
    assert {place: resources for place, resources in readers.items() if place[0] != "exporter"} == {
        ("database_roles", "work"): ["${var.master.secret_arns}"],
        ("service", "execution"): ["${var.database.secret_arns.service}"],
        ("service", "task"): ["${var.database.secret_arns.service}"],
        ("service", "migrations"): ["${var.database.secret_arns.owner}"],
    }
    assert exporter == ["${var.database.secret_arn}"]


def test_buckets_queues_table_and_topic_refuse_plain_http():
    guarded = {
        document.module: list(expressions(document.body))
        for document in DOCUMENTS
        if any("aws:SecureTransport" in text for text in expressions(document.body))
    }
    assert set(guarded) == {
        "alarms",
        "bucket",
        "publisher",
        "notifications",
        "customers",
        "notifier",
        "undelivered_events",
    }
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


def test_the_notifier_mails_from_one_address_alone():
    (policy,) = [each for each in DOCUMENTS if (each.module, each.name) == ("notifier", "work")]
    statements = {statement["sid"]: statement for statement in policy.body["statement"]}
    assert set(statements) == {"TakeAlarms", "RememberMails", "MailCustomers"}
    mail = statements["MailCustomers"]
    assert (mail["actions"], mail["resources"]) == (["ses:SendEmail"], ["${aws_ses_email_identity.sender.arn}"])
    assert _conditions(mail) == {"ses:FromAddress": ["${var.mail_from}"]}
    assert statements["RememberMails"]["actions"] == ["dynamodb:GetItem", "dynamodb:PutItem"]
    (identity,) = blocks("aws_ses_email_identity")
    assert identity.body["email"] == "${var.mail_from}"


NAMES_OF_THEIR_OWN = {
    ("aws_apigatewayv2_stage", "name"),  # inside its parent, whose own name carries the prefix
    ("aws_iam_role_policy", "name"),  # the same
    ("aws_lambda_alias", "name"),  # the same
    ("aws_db_parameter_group", "family"),  # AWS's name for the kind of engine
}


def test_names_differ_between_two_environments_of_one_account():
    for block in blocks():
        for key in ("name", "function_name", "identifier", "family", "bucket"):
            value = block.body.get(key)
            if isinstance(value, str) and "${" not in value:
                assert (block.type, key) in NAMES_OF_THEIR_OWN, f"{block}: {value}"


def _statements(module: str, name: str) -> dict[str, Any]:
    (document,) = [each for each in DOCUMENTS if (each.module, each.name) == (module, name)]
    return {statement["sid"]: statement for statement in document.body["statement"]}


def _conditions(statement: dict[str, Any]) -> dict[str, Any]:
    return {condition["variable"]: condition["values"] for condition in statement.get("condition", [])}


def _code(path: Path) -> list[str]:
    return [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]


def test_the_tasks_root_file_system_is_read_only():
    tasks = {task.name: task.body["container_definitions"] for task in blocks("aws_ecs_task_definition")}
    writing = {name for name, text in tasks.items() if not re.search(r"readonlyRootFilesystem\W+true", text)}
    assert writing == {"way_in"}, "Session Manager's agent writes files, and no secret is in this task"
    assert "secrets" not in tasks["way_in"]
