"""A local Terraform run leaves nothing in `terraform/` that a later apply to AWS would pick up."""

import sys
from pathlib import Path

import pytest

from local.launcher import settings as settings_module
from local.launcher import terraform, terraform_environment
from local.launcher.settings import Settings


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
    monkeypatch.setattr(terraform_environment, "find_mirror", lambda _: None)
    monkeypatch.setattr(terraform_environment, "LOCAL", tmp_path)
    given = {"TF_CLI_CONFIG_FILE": str(tmp_path / "missing.rc")}

    assert "TF_CLI_CONFIG_FILE" not in terraform_environment.environment(Settings(), given, downloads=True)


def test_the_users_command_line_configuration_is_for_the_download_alone(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(terraform_environment, "find_mirror", lambda _: None)
    monkeypatch.setattr(terraform_environment, "LOCAL", tmp_path)
    users_own = tmp_path / "users.rc"
    users_own.write_text("provider_installation { dev_overrides {} }")
    given = {"TF_CLI_CONFIG_FILE": str(users_own)}

    assert terraform_environment.environment(Settings(), given, downloads=True)["TF_CLI_CONFIG_FILE"] == str(users_own)
    later = Path(terraform_environment.environment(Settings(), given)["TF_CLI_CONFIG_FILE"])
    assert "dev_overrides" not in later.read_text()


def test_terraform_is_started_by_its_interpreter_and_never_by_a_scripts_first_line():
    assert terraform.command("plan")[0] == sys.executable


def test_a_mirror_of_providers_is_used_where_there_is_one(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "mirror" / "registry.terraform.io" / "hashicorp" / "aws").mkdir(parents=True)
    given = {"TF_PLUGIN_MIRROR": str(tmp_path / "mirror")}
    monkeypatch.setattr(terraform_environment, "LOCAL", tmp_path)

    configuration = Path(terraform_environment.environment(Settings(), given)["TF_CLI_CONFIG_FILE"]).read_text()

    assert str(tmp_path / "mirror") in configuration


@pytest.mark.parametrize(
    ("file", "text", "inits"),
    [
        ("main.tf", "# edited", 1),
        ("people.tf", 'module "b" {}', 2),
        ("modules/b/main.tf", "# a further module", 2),
        (".terraform.lock.hcl", "# another provider", 2),
    ],
)
def test_an_init_is_repeated_where_any_file_of_the_root_calls_another_module(
    source: Path, monkeypatch: pytest.MonkeyPatch, file: str, text: str, inits: int
):
    ran: list[str] = []

    def run(settings: Settings, command: str, *_options: str, **_more: bool) -> None:
        ran.append(command)
        (terraform.working_copy(settings) / ".terraform").mkdir()

    monkeypatch.setattr(terraform, "run", run)
    terraform.init(Settings())
    edited = source / file
    edited.parent.mkdir(exist_ok=True)
    edited.write_text(text)

    terraform.init(Settings())
    terraform.init(Settings())

    assert ran == ["init"] * inits
