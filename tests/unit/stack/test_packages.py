"""The Lambda zips are the same byte for byte while their sources are."""

import zipfile
from pathlib import Path

import pytest

from local.stack import packages


@pytest.fixture(autouse=True)
def _built_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(packages, "BUILT", tmp_path)
    monkeypatch.setattr(packages, "FUNCTIONS", ("authorizer",))  # needs no package from outside


def test_a_zip_built_again_has_the_same_bytes(tmp_path: Path):
    packages.build("x86_64")
    first = (tmp_path / "authorizer.zip").read_bytes()
    (tmp_path / "authorizer.key").unlink()

    assert packages.build("x86_64") == ["authorizer"]
    assert (tmp_path / "authorizer.zip").read_bytes() == first


def test_a_zip_whose_sources_have_not_changed_is_left_alone():
    packages.build("x86_64")

    assert packages.build("x86_64") == []


def test_another_architecture_is_another_zip():
    packages.build("x86_64")

    assert packages.build("aarch64") == ["authorizer"]


def test_a_zip_holds_the_function_and_the_domain_and_no_other_function(tmp_path: Path):
    packages.build("x86_64")

    names = zipfile.ZipFile(tmp_path / "authorizer.zip").namelist()
    assert "lambdas/authorizer/handler.py" in names
    assert "lambdas/shared/customers.py" in names
    assert {name.split("/")[1] for name in names} == {"__init__.py", "authorizer", "shared"}
    assert not [name for name in names if "__pycache__" in name]
