"""A release keeps its packages under its name, and a pushed release keeps them for good."""

import json
from pathlib import Path

import pytest

from artifacts import packages, releases
from artifacts.releases import ReleaseError

FUNCTION, PROCESSOR = "authorizer", "x86_64"


@pytest.fixture(autouse=True)
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds the package of one function without the packages of its lock file."""
    monkeypatch.setattr(packages, "BUILT", tmp_path)
    monkeypatch.setattr(packages, "FUNCTIONS", (FUNCTION,))
    build("first")


def build(content: str) -> None:
    """Stands for a build of the clone's present files."""
    path = packages.zip_of(FUNCTION, PROCESSOR)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    packages.manifest_of(FUNCTION, PROCESSOR).write_text(json.dumps({"architecture": PROCESSOR, "sha256": content}))


def kept(release: str) -> tuple[str, str]:
    path = packages.zip_of(FUNCTION, PROCESSOR, release)
    return path.read_text(), packages.sha256_of(FUNCTION, PROCESSOR, release)


def test_a_release_keeps_its_packages_while_the_clone_goes_on() -> None:
    releases.keep("1.0.0", PROCESSOR)
    build("second")
    releases.keep("1.0.1", PROCESSOR)
    assert kept("1.0.0") == ("first", "first")
    assert kept("1.0.1") == ("second", "second")


def test_a_release_that_nobody_has_yet_can_be_built_again() -> None:
    releases.keep("1.0.0", PROCESSOR)
    build("second")
    releases.keep("1.0.0", PROCESSOR)
    assert kept("1.0.0") == ("second", "second")


def test_a_pushed_release_does_not_change() -> None:
    releases.keep("1.0.0", PROCESSOR)
    releases.note_image("1.0.0", "sha256:" + "a" * 64)
    releases.keep("1.0.0", PROCESSOR)  # the same packages again
    build("second")
    with pytest.raises(ReleaseError, match=r"its packages of authorizer would change: name a new release"):
        releases.keep("1.0.0", PROCESSOR)
    assert kept("1.0.0") == ("first", "first")


def test_a_copy_that_was_interrupted_is_made_again() -> None:
    releases.keep("1.0.0", PROCESSOR)
    packages.manifest_of(FUNCTION, PROCESSOR, "1.0.0").unlink()
    packages.zip_of(FUNCTION, PROCESSOR, "1.0.0").write_text("half")
    releases.keep("1.0.0", PROCESSOR)
    assert kept("1.0.0") == ("first", "first")
