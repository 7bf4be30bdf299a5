"""The entry point of the service `deploy` gives its volume to the clone's owner and becomes that user."""

import os
from pathlib import Path

import pytest

from local.compose import entrypoint


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, int]]:
    """Replaces `chown` and returns the list of its calls. No file changes its owner."""
    calls: list[tuple[str, int, int]] = []

    def note(path: Path, user: int, group: int) -> None:
        calls.append((path.name, user, group))

    monkeypatch.setattr(os, "chown", note)
    monkeypatch.setattr(os, "lchown", note)
    return calls


def test_the_volume_becomes_the_owner_s_with_all_in_it_and_itself_at_last(
    tmp_path: Path, given: list[tuple[str, int, int]]
) -> None:
    volume = tmp_path / "volume"
    (volume / "folder").mkdir(parents=True)
    (volume / "folder" / "link").symlink_to("nowhere")
    (volume / "file").touch()
    entrypoint.give(volume, os.getuid() + 1, 7)
    assert {name for name, *_ in given} == {"volume", "folder", "link", "file"}
    assert {(user, group) for _, user, group in given} == {(os.getuid() + 1, 7)}
    assert given[-1][0] == "volume"


def test_a_volume_that_is_the_owner_s_already_is_left_alone(tmp_path: Path, given: list[tuple[str, int, int]]) -> None:
    (tmp_path / "file").touch()
    entrypoint.give(tmp_path, os.getuid(), os.getgid())
    assert given == []


def test_the_user_is_left_last_because_nothing_is_allowed_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[str, object]] = []
    for name in ("setgroups", "setgid", "setuid"):
        monkeypatch.setattr(os, name, lambda value, name=name: calls.append((name, value)))
    entrypoint.leave_root(1000, 1001)
    assert calls == [("setgroups", []), ("setgid", 1001), ("setuid", 1000)]
