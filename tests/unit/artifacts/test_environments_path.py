"""The environments belong to their folder, and a clone whose path can hold none is refused with the reason."""

from pathlib import Path

import pytest

from artifacts import environments
from artifacts.environments import fingerprint, unusable_path


@pytest.mark.parametrize("path", ["/a:b", "/a\nb", "/a\tb", "/a\udcffb"])
def test_a_path_that_can_hold_no_environment_is_refused_with_the_reason(path: str):
    assert unusable_path(path)


@pytest.mark.parametrize(
    "path", ["/two words", "/feature%2Fx", "/it's R&D", "/a=b#c;", "/ünï", "/$HOME", "/" + "l" * 200]
)
def test_every_other_path_can_be_used(path: str):
    assert unusable_path(path) == ""


def test_a_link_to_the_environments_of_another_clone_makes_none_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "venv").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "venv")
    found = []
    for folder in ("venv", "link", "moved"):
        monkeypatch.setattr(environments, "VENVS", tmp_path / folder)
        found.append(fingerprint("lambda"))
    assert found[0] == found[1] != found[2]
