"""A local Terraform run leaves nothing in `terraform/` that a later apply to AWS would pick up."""

from pathlib import Path

import pytest

from local.stack import settings as settings_module
from local.stack import terraform
from local.stack.settings import Settings


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "terraform"
    (folder / "modules" / "a").mkdir(parents=True)
    (folder / "environments").mkdir()
    (folder / "main.tf").write_text("# root")
    (folder / "modules" / "a" / "main.tf").write_text("# module")
    (folder / "environments" / "local.tfvars").write_text("# names")
    (folder / ".terraform.lock.hcl").write_text("# lock")
    monkeypatch.setattr(terraform, "SOURCE", folder)
    monkeypatch.setattr(settings_module, "LOCAL", tmp_path / ".local")
    return folder


def test_the_copy_is_the_configuration_whole(source: Path):
    copy = terraform.refresh_copy(Settings())

    copied = {str(path.relative_to(copy)): path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    assert copied == {str(path.relative_to(source)): path.read_bytes() for path in source.rglob("*") if path.is_file()}


def test_terraforms_own_files_stay_in_the_copy_and_what_left_the_source_leaves_the_copy(source: Path):
    copy = terraform.refresh_copy(Settings())
    (copy / "terraform.tfstate").write_text("{}")
    (source / "modules" / "a" / "main.tf").unlink()

    terraform.refresh_copy(Settings())

    assert (copy / "terraform.tfstate").exists()
    assert not (copy / "modules" / "a" / "main.tf").exists()


def test_what_a_run_by_hand_left_in_the_source_is_not_taken(source: Path):
    (source / "localstack_providers_override.tf").write_text("# tflocal's")
    (source / "terraform.tfstate").write_text("{}")
    (source / ".terraform").mkdir()
    (source / ".terraform" / "environment").write_text("production")

    copy = terraform.refresh_copy(Settings())

    assert sorted(path.name for path in copy.iterdir()) == [".terraform.lock.hcl", "environments", "main.tf", "modules"]


def test_terraform_runs_in_the_copy_and_never_in_the_source(source: Path):
    assert source not in terraform.working_copy(Settings()).parents
    assert terraform.working_copy(Settings()) != source


def test_the_variables_file_is_the_local_one(source: Path):
    assert "-var-file=environments/local.tfvars" in terraform.variables(Settings())


def test_a_command_line_configuration_that_does_not_exist_is_not_passed_on(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(tmp_path / "missing.rc"))
    monkeypatch.setattr(terraform, "find_mirror", lambda: None)
    monkeypatch.setattr(terraform, "LOCAL", tmp_path)

    assert "TF_CLI_CONFIG_FILE" not in terraform.environment(Settings())


def test_a_mirror_of_providers_is_used_where_there_is_one(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "mirror" / "registry.terraform.io" / "hashicorp" / "aws").mkdir(parents=True)
    monkeypatch.setenv("TF_PLUGIN_MIRROR", str(tmp_path / "mirror"))
    monkeypatch.setattr(terraform, "LOCAL", tmp_path)

    configuration = Path(terraform.environment(Settings())["TF_CLI_CONFIG_FILE"]).read_text()

    assert str(tmp_path / "mirror") in configuration
