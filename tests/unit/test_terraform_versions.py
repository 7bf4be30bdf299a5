"""Every caller names a published version or its alias, a run keeps its versions, and a release has one name."""

import re
from pathlib import Path

from tests.support.terraform_code import TERRAFORM, blocks, expressions, local_values, named

MODULES = TERRAFORM / "modules"
STEPS = ("planner", "exporter", "enricher", "alerting", "publisher", "reporter")


def test_every_change_of_a_function_is_a_version_and_the_alias_follows() -> None:
    (function,), (alias,) = blocks("aws_lambda_function"), blocks("aws_lambda_alias")
    assert function.body["publish"] is True
    assert alias.body["function_version"] == "${aws_lambda_function.this.version}"
    assert "routing_config" not in alias.body


def test_no_caller_gets_a_function_without_a_version() -> None:
    """An unqualified ARN is `$LATEST`, which an apply changes at once and in several steps."""
    outputs = named("output", MODULES / "lambda")
    assert set(outputs) == {"function_name", "alias", "version", "timeout_seconds", "log_group"}
    assert outputs["version"]["value"]["arn"] == "${aws_lambda_function.this.qualified_arn}"
    alias = outputs["alias"]["value"]
    assert set(alias) == {"name", "arn", "invoke_arn"}
    assert all(value.startswith("${aws_lambda_alias.live.") for value in alias.values())


def test_the_gateway_the_queue_and_terraform_invoke_the_alias() -> None:
    (authorizer,), (permission,) = blocks("aws_apigatewayv2_authorizer"), blocks("aws_lambda_permission")
    assert authorizer.body["authorizer_uri"] == "${var.authorizer_alias.invoke_arn}"
    assert permission.body["qualifier"] == "${var.authorizer_alias.name}"
    assert named("module", TERRAFORM)["api"]["authorizer_alias"] == "${module.authorizer.alias}"
    (mapping,), (invocation,) = blocks("aws_lambda_event_source_mapping"), blocks("aws_lambda_invocation")
    assert mapping.body["function_name"] == "${module.function.alias.arn}"
    assert invocation.body["qualifier"] == "${module.function.alias.name}"


def test_the_pipeline_names_each_function_by_its_version() -> None:
    for step in STEPS:
        assert named("output", MODULES / step)["function"]["value"] == "${module.function.version}"
    states = [text for value in local_values(MODULES / "pipeline").values() for text in expressions(value)]
    used = {name for text in states for name in re.findall(r'var\.functions\["\w+"\]\.(\w+)', text)}
    assert used == {"arn"}


def test_a_new_version_takes_the_right_to_invoke_an_earlier_one_from_no_run() -> None:
    """https://github.com/aws/aws-cdk/issues/17515 has runs that failed so."""
    (policy,) = [each for each in blocks("aws_iam_policy_document", "data") if each.name == "state_machine"]
    (statement,) = [each for each in policy.body["statement"] if each["sid"] == "RunSteps"]
    assert statement["resources"] == "${[for function in var.functions : function.every_arn]}"
    assert named("output", MODULES / "lambda")["version"]["value"]["every_arn"] == "${aws_lambda_function.this.arn}:*"


def test_packages_and_image_follow_the_name_of_the_release() -> None:
    values = local_values(TERRAFORM)
    assert values["release_dir"].endswith("/${var.release}")
    assert values["packages_dir"] == "${local.release_dir}/${var.cpu_architecture}"
    assert values["image"] == '${try(jsondecode(file("${local.release_dir}/image.json")).digest, var.release)}'
    users = [path for path in Path(TERRAFORM).glob("*.tf") if "var.release" in path.read_text()]
    assert {path.name for path in users} == {"release.tf", "variables.tf"}
