"""`make package` builds the zips for AWS, not for this machine."""

import platform
from pathlib import Path

import pytest

from artifacts import packages, tfvars
from local.commands import package
from local.launcher.settings import Settings


def test_make_package_builds_the_release_and_for_the_processor_of_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    for variable in ("ARCHITECTURE", "RELEASE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(platform, "machine", lambda: "s390x")
    monkeypatch.setattr(packages, "BUILT", tmp_path)
    monkeypatch.setattr(packages, "FUNCTIONS", ("authorizer",))
    monkeypatch.setattr(package, "REPOSITORY", tmp_path)
    monkeypatch.setattr(packages, "_sources", lambda _: [])

    assert package.package(Settings()) == 0
    release, processor = tfvars.value("aws", "release"), tfvars.value("aws", "cpu_architecture")
    found = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.zip"))
    assert found == [f"{release}/{processor}/authorizer.zip", f"local/{processor}/authorizer.zip"]
