"""Equal sources give the same bytes of a Lambda zip, and no zip mixes processors."""

import base64
import hashlib
import json
import os
import platform
import subprocess
import zipfile
from pathlib import Path

import pytest

from artifacts import packages
from local.launcher.settings import REPOSITORY

MODULE = REPOSITORY / "terraform" / "modules" / "lambda"


@pytest.fixture(autouse=True)
def _built_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packages, "BUILT", tmp_path)
    monkeypatch.setattr(packages, "FUNCTIONS", ("authorizer",))  # needs no package from outside


def test_a_zip_built_again_has_the_same_bytes():
    packages.build("x86_64")
    first = packages.zip_of("authorizer", "x86_64").read_bytes()
    packages.manifest_of("authorizer", "x86_64").unlink()

    assert packages.build("x86_64") == ["authorizer"]
    assert packages.zip_of("authorizer", "x86_64").read_bytes() == first


def test_a_zip_whose_sources_have_not_changed_is_left_alone():
    packages.build("x86_64")

    assert packages.build("x86_64") == []


def test_each_processor_has_its_own_folder(tmp_path: Path):
    packages.build("x86_64")
    first = packages.zip_of("authorizer", "x86_64").stat().st_mtime_ns

    assert packages.build("arm64") == ["authorizer"]
    assert packages.zip_of("authorizer", "x86_64").stat().st_mtime_ns == first
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.zip")) == [
        "local/arm64/authorizer.zip",
        "local/x86_64/authorizer.zip",
    ]


def test_a_manifest_names_the_processor_and_the_zip():
    packages.build("arm64")

    manifest = json.loads(packages.manifest_of("authorizer", "arm64").read_text())
    digest = hashlib.sha256(packages.zip_of("authorizer", "arm64").read_bytes()).digest()
    assert manifest["architecture"] == "arm64"
    assert manifest["sha256"] == base64.b64encode(digest).decode()


@pytest.mark.parametrize("step", ["writestr", "replace", "write_text"])
def test_a_build_that_is_interrupted_leaves_no_package_and_is_done_again(monkeypatch: pytest.MonkeyPatch, step: str):
    packages.build("x86_64")
    monkeypatch.setattr(packages, "source_key", lambda *_: "edited")
    owner = zipfile.ZipFile if step == "writestr" else Path

    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(owner, step, interrupt)
        with pytest.raises(KeyboardInterrupt):
            packages.build("x86_64")
    assert not packages.manifest_of("authorizer", "x86_64").exists()
    assert packages.build("x86_64") == ["authorizer"]
    assert packages.is_built("authorizer", "x86_64")


@pytest.mark.parametrize("content", ["", "{}", "[1", '{"architecture": "arm64"}'])
def test_a_manifest_that_says_nothing_of_the_zip_is_none(content: str):
    packages.build("x86_64")
    packages.manifest_of("authorizer", "x86_64").write_text(content)

    assert not packages.is_built("authorizer", "x86_64")


def test_a_zip_holds_the_function_and_the_domain_and_no_other_function():
    packages.build("x86_64")

    names = zipfile.ZipFile(packages.zip_of("authorizer", "x86_64")).namelist()
    assert "lambdas/authorizer/handler.py" in names
    assert "domain/customers.py" in names
    assert {name.split("/")[1] for name in names if name.startswith("lambdas/")} == {
        "__init__.py",
        "authorizer",
        "runtime",
    }
    assert {name.split("/")[0] for name in names} == {"domain", "lambdas"}
    assert not [name for name in names if "__pycache__" in name]


@pytest.mark.parametrize(
    ("machine", "name"), [("x86_64", "x86_64"), ("AMD64", "x86_64"), ("aarch64", "arm64"), ("arm64", "arm64")]
)
def test_this_machine_is_named_as_terraform_names_it(monkeypatch: pytest.MonkeyPatch, machine: str, name: str):
    monkeypatch.setattr(platform, "machine", lambda: machine)

    assert packages.machine() == name


# Terraform itself, with the variables of modules/lambda as a configuration of its own: no provider, no network.


def planned(folder: Path, package: Path, architecture: str) -> str:
    """Returns Terraform's error for the package, or '' if Terraform accepts it."""
    folder.mkdir()
    (folder / "variables.tf").write_text((MODULE / "variables.tf").read_text())
    others = {
        **dict.fromkeys(("name", "function", "description", "policy"), "x"),
        "memory_mib": 128,
        "timeout_seconds": 1,
        "log_retention_days": 1,
        "environment": {},
        "watching": {"tracing_mode": "PassThrough", "log_format": "Text"},
    }
    variables = folder / "given.auto.tfvars.json"
    variables.write_text(json.dumps({**others, "package": str(package), "architecture": architecture}))
    done = subprocess.run(
        ["terraform", "plan", "-input=false", "-no-color"],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "CHECKPOINT_DISABLE": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    return "" if done.returncode == 0 else " ".join(done.stderr.split())


def test_terraform_takes_a_package_of_its_processor_and_no_other(tmp_path: Path):
    packages.build("x86_64")
    package = packages.zip_of("authorizer", "x86_64")

    assert planned(tmp_path / "same", package, "x86_64") == ""
    assert "was not built for arm64" in planned(tmp_path / "other", package, "arm64").replace(" │", "")


def test_terraform_refuses_a_package_without_its_manifest(tmp_path: Path):
    packages.build("x86_64")
    packages.manifest_of("authorizer", "x86_64").unlink()

    refused = planned(tmp_path / "none", packages.zip_of("authorizer", "x86_64"), "x86_64")
    assert "was not built for x86_64" in refused.replace(" │", "")


def test_terraform_refuses_a_zip_that_its_manifest_does_not_name(tmp_path: Path):
    for architecture in ("x86_64", "arm64"):
        packages.build(architecture)
    package = packages.zip_of("authorizer", "x86_64")
    package.write_bytes(package.read_bytes() + b"of another build")

    assert "is not the zip that its manifest" in planned(tmp_path / "mixed", package, "x86_64").replace(" │", "")
