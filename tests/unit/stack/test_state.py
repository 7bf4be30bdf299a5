"""The launcher forgets the resources of a LocalStack that restarted, but not the agents to renew."""

from pathlib import Path

import pytest

from local.launcher.settings import Settings
from local.launcher.state import State


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(Settings, "directory", tmp_path)
    return Settings(name="remembered")


def test_of_a_new_emulator_nothing_is_applied_and_agents_with_an_edited_service_are_still_to_be_renewed(
    settings: Settings,
):
    State("old", 50, True, {"terraform": "t", "service": "s", "emulator": "e"}).write(settings)
    remembered = State.read(settings)
    remembered.reset("new", "edited")
    remembered.write(settings)

    assert State.read(settings) == State("new", 0, False, {"service": "s", "emulator": "edited"})


def test_of_a_stack_that_was_never_up_nothing_is_remembered(settings: Settings):
    assert State.read(settings) == State()
