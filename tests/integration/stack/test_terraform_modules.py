"""The modules' own tests pass. Terraform plans them with a mocked AWS, so they need the provider and no account."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from local.launcher import terraform
from local.launcher.settings import Settings
from local.launcher.terraform_environment import environment

MODULES = [
    *sorted(path.parent for path in (terraform.SOURCE / "modules").glob("*/tests")),
    terraform.SOURCE / "bootstrap",
]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_a_module_passes_its_tests(module: Path, tmp_path: Path) -> None:
    folder = tmp_path / module.name
    shutil.copytree(module, folder, ignore=shutil.ignore_patterns(".terraform*"))
    if not (folder / "versions.tf").exists():  # a module has the root's. The bootstrap is a root of its own
        versions = (terraform.SOURCE / "versions.tf").read_text().partition('provider "aws"')[0]
        (folder / "versions.tf").write_text(versions)
    shutil.copy(terraform.SOURCE / ".terraform.lock.hcl", folder)
    given = environment(Settings(), downloads=True)
    for arguments in (("init", "-input=false", "-no-color", "-lockfile=readonly"), ("test", "-json")):
        done = subprocess.run(
            ["terraform", *arguments], cwd=folder, env=given, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    events = [json.loads(line) for line in done.stdout.splitlines()]
    (summary,) = [event["test_summary"] for event in events if event["type"] == "test_summary"]
    assert summary["passed"] == (folder / "tests" / f"{module.name}.tftest.hcl").read_text().count('\nrun "') > 0
