"""The lists of components follow CycloneDX's schema, and have every package of the lock files."""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cyclonedx
import jsonschema_rs
import pytest
from cyclonedx.model.component import ComponentType

from artifacts import packages, releases
from artifacts.paths import REPOSITORY
from local.commands import sbom
from local.commands.sbom import SbomError, lists, read_lock
from local.launcher.settings import Settings

SCHEMAS = Path(cyclonedx.__file__).parent / "schema" / "_res"
DIGEST = "a1" * 32
SHARED_LOCK = """\
fastapi==1.0.0 \\
    --hash=sha256:{0}
    # via -r service.in
starlette==2.0 \\
    --hash=sha256:{0} \\
    --hash=sha256:{1}
    # via
    #   -r service.in
    #   fastapi
anyio==3.0 ; python_version < "4" \\
    --hash=sha256:{0}
    # via starlette
""".format("0" * 64, "1" * 64)


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, Any]:
    """Gives the lists of a release whose packages and image are built, by the file's name."""
    monkeypatch.setattr(packages, "BUILT", tmp_path)
    for function in packages.FUNCTIONS:
        manifest = packages.manifest_of(function, "arm64", "v7")
        manifest.parent.mkdir(parents=True, exist_ok=True)
        manifest.write_text(json.dumps({"sha256": base64.b64encode(bytes.fromhex(DIGEST)).decode()}))
    releases.note_image("v7", f"sha256:{DIGEST}")
    return {path.name: json.loads(text) for path, text in lists("v7", "arm64")}


@pytest.fixture(scope="module")
def schema() -> Any:
    def read(name: str) -> Any:
        return json.loads((SCHEMAS / name).read_text())

    others = ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json", "cryptography-defs.SNAPSHOT.schema.json")
    registry = jsonschema_rs.Registry([(f"http://cyclonedx.org/schema/{name}", read(name)) for name in others])
    return jsonschema_rs.validator_for(read("bom-1.6.SNAPSHOT.schema.json"), registry=registry)


def test_each_list_follows_the_schema(built: Mapping[str, Any], schema: Any) -> None:
    assert set(built) == {"image.cdx.json", *(f"{function}.cdx.json" for function in packages.FUNCTIONS)}
    for name, found in built.items():
        assert [error.message for error in schema.iter_errors(found)] == [], name
        assert found["specVersion"] == "1.6"


def test_the_schema_refuses_a_wrong_list(built: Mapping[str, Any], schema: Any) -> None:
    wrong = built["image.cdx.json"] | {"components": [{"type": "nothing", "name": "x"}]}
    assert not schema.is_valid(wrong)


def test_a_list_has_every_package_of_its_lock_file_and_the_bytes_that_it_is_of(built: Mapping[str, Any]) -> None:
    for name, lock in {"image": "service", "exporter": "lambda-exporter", "reporter": "lambda-reporter"}.items():
        found = built[f"{name}.cdx.json"]
        pinned = (REPOSITORY / "requirements" / f"{lock}.txt").read_text().split("==")
        listed = [each for each in found["components"] if each["purl"].startswith("pkg:pypi/")]
        assert len(listed) == len(pinned) - 1 > 0
        assert all(each["hashes"] for each in listed)
        assert found["metadata"]["component"]["hashes"] == [{"alg": "SHA-256", "content": DIGEST}]
        assert found["metadata"]["component"]["version"] == "v7"


def test_the_list_of_the_image_has_its_base(built: Mapping[str, Any]) -> None:
    (base,) = [each for each in built["image.cdx.json"]["components"] if each["type"] == "container"]
    assert f"ARG PYTHON_IMAGE={base['name']}:{base['version']}\n" in (REPOSITORY / "service" / "Dockerfile").read_text()


def test_a_lock_file_says_which_package_needs_which() -> None:
    root = sbom._component("energy-test", "v7", ComponentType.APPLICATION, "")
    found = json.loads(sbom.written(root, [*read_lock(SHARED_LOCK)]))
    needs = {each["ref"]: each.get("dependsOn", []) for each in found["dependencies"]}
    assert needs == {
        "energy-test@v7": ["pkg:pypi/fastapi@1.0.0", "pkg:pypi/starlette@2.0"],
        "pkg:pypi/fastapi@1.0.0": ["pkg:pypi/starlette@2.0"],
        "pkg:pypi/starlette@2.0": ["pkg:pypi/anyio@3.0"],
        "pkg:pypi/anyio@3.0": [],
    }
    assert [len(each["hashes"]) for each in found["components"]] == [1, 1, 2]


def test_the_same_release_gives_the_same_list(built: Mapping[str, Any]) -> None:
    assert {path.name: json.loads(text) for path, text in lists("v7", "arm64")} == built


def test_a_release_without_packages_has_no_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packages, "BUILT", tmp_path)
    monkeypatch.setenv("RELEASE", "v8")
    with pytest.raises(SbomError, match="make package RELEASE=v8"):
        sbom.sbom(Settings())
