"""One Terraform serves the laptop and AWS: it has no switch between them, one provider and documented variables."""

import re
from typing import Any

import pytest

from tests.support.terraform_code import TERRAFORM, blocks, expressions, files, local_values, named, parsed

MODULES = sorted(path for path in (TERRAFORM / "modules").iterdir() if path.is_dir())
FOLDERS = [TERRAFORM, *MODULES]
ENVIRONMENTS = ("local", "aws")
PIPELINE = ("planner", "exporter", "enricher", "alerting", "publisher", "reporter")

# architecture.md, and what the tools of this repository read beside it
OUTPUTS = {
    "name",
    "api_url",
    "api_domain_target",
    "customers_table",
    "metering_point_pattern",
    "alarms_table",
    "key_revocation_seconds",
    "exported_bucket",
    "enriched_bucket",
    "athena_workgroup",
    "glue_database",
    "viewer_policy_arn",
    "operator_policy_arn",
    "state_machine_arn",
    "alarm_topic_arn",
    "alarm_queue_url",
    "alarm_dead_letter_queue_url",
    "undelivered_events_queue_url",
    "monitoring_alarms",
    "ecr_repository_url",
    "ecs_cluster",
    "ecs_service",
    "daily_rule",
    "time_zone",
    "log_groups",
    "database_address",
    "database_port",
    "database_name",
    "database_connections",
    "database_secret_arn",
    "migration_task",
    "database_instance",
    "readings_retention_days",
}


def tfvars(environment: str) -> dict[str, Any]:
    return parsed(TERRAFORM / "environments" / f"{environment}.tfvars")


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(TERRAFORM)))
def test_no_expression_chooses(path):
    code = [line for line in path.read_text().splitlines() if not line.lstrip().startswith("#")]
    assert [line for line in code if "?" in line] == [], "a conditional"


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(TERRAFORM)))
def test_nothing_asks_which_environment_it_is(path):
    content = {key: value for key, value in parsed(path).items() if key != "variable"}  # a validation may compare
    asking = re.compile(r"[!=]=|\blookup\(|\[var\.name\]|\bregex\(|\bstartswith\(|terraform\.workspace")
    assert [text for text in expressions(content) if asking.search(text)] == []


@pytest.mark.parametrize("kind", ["resource", "data", "ephemeral"])
def test_no_block_is_switched_on_or_off(kind):
    assert [str(block) for block in blocks(kind=kind) if "count" in block.body] == []
    modules = [body for folder in FOLDERS for body in named("module", folder).values()]
    assert [body for body in modules if "count" in body] == []


def test_no_variable_tells_the_laptop_from_aws():
    telling = re.compile(r"local|laptop|emulator|is_|environment|endpoint|mock|create_|enable")
    names = [name for folder in FOLDERS for name in named("variable", folder)]
    assert [name for name in names if telling.search(name) and name != "environment"] == []
    # the one exception is a Lambda's environment variables
    assert [folder.name for folder in FOLDERS if "environment" in named("variable", folder)] == ["lambda"]


def test_the_provider_is_configured_for_aws_alone():
    (provider,) = parsed(TERRAFORM / "versions.tf")["provider"]
    assert set(provider["aws"]) == {"region", "default_tags"}


def test_aws_is_the_only_provider():
    (settings,) = parsed(TERRAFORM / "versions.tf")["terraform"]
    (providers,) = settings["required_providers"]
    assert list(providers) == ["aws"]
    assert {block.type.split("_")[0] for kind in ("resource", "data", "ephemeral") for block in blocks(kind=kind)} == {
        "aws",
        "terraform",  # terraform_data is a part of Terraform
    }


def test_the_lock_file_holds_the_one_provider_for_every_platform():
    text = (TERRAFORM / ".terraform.lock.hcl").read_text()
    assert len(re.findall(r"^provider ", text, re.MULTILINE)) == 1
    assert 'version     = "5.100.0"' in text
    assert re.search(r'"h1:[A-Za-z0-9+/=]{44}"', text)
    assert len(re.findall(r'"zh:[0-9a-f]{64}"', text)) == 15


def test_both_environments_set_the_same_variables():
    assert list(tfvars("local")) == list(tfvars("aws"))


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_environment_sets_every_variable_without_a_default_and_no_other(environment):
    variables = named("variable", TERRAFORM)
    assert set(tfvars(environment)) == {name for name, body in variables.items() if "default" not in body}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_variable_and_output_says_what_it_is(folder):
    for name, body in named("variable", folder).items():
        assert body.get("type"), f"{name} has no type"
        assert body.get("description"), f"{name} has no description"
    for name, body in named("output", folder).items():
        assert body.get("description"), f"output {name} has no description"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_every_variable_is_used(folder):
    text = "".join(path.read_text() for path in files() if path.parent == folder)
    assert [name for name in named("variable", folder) if not re.search(rf"var\.{name}\b", text)] == []


def test_the_outputs_that_tools_rely_on_exist():
    assert set(named("output", TERRAFORM)) == OUTPUTS


def test_the_modules_stand_in_the_order_a_reading_travels():
    order = list(named("module", TERRAFORM))
    steps = ["authorizer", "service", *PIPELINE]
    assert [name for name in order if name in steps] == steps


@pytest.mark.parametrize("name", PIPELINE)
def test_a_function_of_the_pipeline_gets_what_all_of_them_share_as_one_object(name):
    folder = TERRAFORM / "modules" / name
    variables = named("variable", folder)
    assert variables["step"] == named("variable", TERRAFORM / "modules" / PIPELINE[0])["step"]
    assert named("module", TERRAFORM)[name]["step"] == "${local.step}"
    fields = _fields(variables["step"])
    assert fields == list(local_values(TERRAFORM)["step"])
    assert set(fields).isdisjoint(variables)
    code = "".join(path.read_text() for path in files() if path.parent == folder)
    assert [field for field in fields if not re.search(rf"var\.step\.{field}\b", code)] == []


def test_a_bucket_is_handed_on_as_one_object():
    bucket = set(named("output", TERRAFORM / "modules" / "bucket"))
    for name in PIPELINE:
        for variable, body in named("variable", TERRAFORM / "modules" / name).items():
            if "bucket" in variable:
                assert set(_fields(body)) == bucket, f"{name}: {variable}"
                assert named("module", TERRAFORM)[name][variable] == f"${{module.{variable}}}"


def test_every_module_is_used():
    used = {(folder / body["source"]).resolve() for folder in FOLDERS for body in named("module", folder).values()}
    assert used == set(MODULES)


def test_the_root_holds_nothing_but_modules():
    assert [str(block) for block in blocks() if block.module == "terraform"] == []


def _fields(variable: dict[str, Any]) -> list[str]:
    """Returns the attributes of a variable that is an object."""
    assert variable["type"].startswith("${object({")
    return re.findall(r"(\w+) = ", variable["type"])
