"""The preflight names a package that Lambda would refuse, or that was built for another processor."""

import base64
import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from operations.preflight_files import packages
from operations.preflight_lines import Needs, Verdict
from tests.unit.operations.test_preflight import AWS, VALUES

OK, PROBLEM = Verdict.OK, Verdict.PROBLEM


def a_package(folder: Path, function: str, *, processor: str = "x86_64", machine: int = 62, size: int = 10) -> Path:
    """Makes a function and its package with a compiled library."""
    (folder / "lambdas" / function).mkdir(parents=True)
    (folder / "lambdas" / function / "handler.py").touch()
    path = folder / "build" / "lambdas" / str(VALUES["release"]) / "x86_64" / f"{function}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("library.so", b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little"))
        archive.writestr("data", bytes(size))
    digest = base64.b64encode(hashlib.sha256(path.read_bytes()).digest()).decode()
    path.with_name(f"{path.name}.json").write_text(json.dumps({"architecture": processor, "sha256": digest}))
    return path


def test_good_packages_are_taken(tmp_path: Path) -> None:
    a_package(tmp_path, "authorizer")
    ((verdict, text),) = packages(Needs(VALUES, AWS, tmp_path, lambda _: None))
    assert (verdict, text) == (OK, "1 packages for x86_64, the largest has 0.0 MiB")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            {"machine": 183},
            "authorizer.zip has library.so, which is not for x86_64: `make package",
        ),
        ({"processor": "arm64"}, "is not the zip for x86_64 that its manifest names"),
        ({"size": 251 * 2**20}, "MiB unzipped, and Lambda takes 250 MiB"),
    ],
)
def test_a_wrong_package_is_named(tmp_path: Path, wrong: dict[str, Any], said: str) -> None:
    a_package(tmp_path, "authorizer", **wrong)
    ((verdict, text),) = packages(Needs(VALUES, AWS, tmp_path, lambda _: None))
    assert verdict is PROBLEM
    assert said in text


def test_a_package_that_was_changed_or_is_missing_is_named(tmp_path: Path) -> None:
    a_package(tmp_path, "authorizer").write_bytes(b"broken")
    (tmp_path / "lambdas" / "planner").mkdir()
    (tmp_path / "lambdas" / "planner" / "handler.py").touch()
    texts = [text for _, text in packages(Needs(VALUES, AWS, tmp_path, lambda _: None))]
    assert any("no package of planner" in text for text in texts)
    assert any("authorizer.zip is not the zip" in text for text in texts)
