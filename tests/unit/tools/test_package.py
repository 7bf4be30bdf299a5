"""`make package` builds the zips for AWS, not for this machine."""

import platform
from pathlib import Path

import pytest

from artifacts import packages, tfvars
from local.commands import package
from local.launcher.settings import Settings


def test_make_package_builds_for_the_processor_of_aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.delenv("ARCHITECTURE", raising=False)
    monkeypatch.setattr(platform, "machine", lambda: "s390x")
    monkeypatch.setattr(packages, "BUILT", tmp_path)
    monkeypatch.setattr(packages, "FUNCTIONS", ("authorizer",))
    monkeypatch.setattr(package, "REPOSITORY", tmp_path)
    monkeypatch.setattr(packages, "_sources", lambda _: [])

    assert package.package(Settings()) == 0
    assert [path.parent.name for path in tmp_path.rglob("*.zip")] == [tfvars.value("aws", "cpu_architecture")]
