"""A template is found by a hash of everything in it, and is copied whole with the ports of the new stack."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from local.launcher import programs, state, templates, terraform
from local.launcher.engines.interface import EngineError
from local.launcher.settings import Settings
from local.launcher.state import State

APPLIED = State("session", 50, False, {"terraform": "t", "service": "s", "emulator": "e"}, True)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(templates, "_FOLDER", tmp_path / "templates")
    monkeypatch.setattr(Settings, "directory", property(lambda stack: tmp_path / "stacks" / stack.name))
    monkeypatch.setattr(templates, "_back_up_database", _copied_database)
    # not this clone's packages, which need not be built
    monkeypatch.setattr(state, "zip_hashes", dict)


def _copied_database(settings: Settings, target: Path) -> None:
    target.mkdir()
    (target / "PG_VERSION").write_text("18\n")


def _applied(name: str = "one", port: int = 4566) -> Settings:
    settings = Settings(name=name, port=port)
    copy = terraform.working_copy(settings)
    copy.mkdir(parents=True)
    programs.saved_state(settings).mkdir()
    (programs.saved_state(settings) / "CURRENT").write_text("1")
    programs.password_file(settings).write_text(f"127.0.0.1:{port + 1}:*:postgres:word\n")
    (settings.directory / terraform.OUTPUTS).write_text(json.dumps({"api_url": f"http://127.0.0.1:{port}/x"}))
    (copy / "terraform.tfstate").write_text(json.dumps({"port": port + 1, "id": f"a{port}", "url": f"h:{port}"}))
    APPLIED.write(settings)
    return settings


def test_a_stack_of_another_name_on_other_ports_starts_from_it():
    templates.keep(_applied())
    other = Settings(name="two", port=4766)
    template = templates.find(other)
    assert template is not None
    templates.place(other, template)

    assert State.read(other) == APPLIED
    assert (programs.saved_state(other) / "CURRENT").read_text() == "1"
    assert (other.directory / "postgres" / "PG_VERSION").read_text() == "18\n"
    assert programs.password_file(other).read_text() == "127.0.0.1:4767:*:postgres:word\n"
    assert json.loads((other.directory / terraform.OUTPUTS).read_text()) == {"api_url": "http://127.0.0.1:4766/x"}
    moved = json.loads((terraform.working_copy(other) / "terraform.tfstate").read_text())
    assert moved == {"port": 4767, "id": "a4566", "url": "h:4766"}


@pytest.mark.parametrize(
    "change",
    [
        {"customers": 51},
        {"admin_email": "other@example.com"},
        {"log_level": "DEBUG"},
        {"customer_notifications": "ses"},
        {"mode": "docker"},
        {"iam_enforcement": "off"},
        {"faults": "on"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_stack_with_other_settings_does_not(change: dict[str, Any]):
    templates.keep(_applied())
    assert templates.find(dataclasses.replace(Settings(name="two"), **change)) is None


def test_every_setting_is_one_that_a_template_is_found_by_or_named_here():
    """A new setting becomes part of the hash by itself."""
    first, names = templates.key(Settings()), [field.name for field in dataclasses.fields(Settings)]
    others: dict[str, Any] = {name: 5000 if isinstance(getattr(Settings(), name), int) else "other" for name in names}
    same = [name for name in names if templates.key(dataclasses.replace(Settings(), **{name: others[name]})) == first]
    assert same == ["name", "port"]


@pytest.mark.parametrize("part", ["terraform_fingerprint", "emulator_fingerprint", "sources_fingerprint"])
def test_edited_sources_do_not_find_it(part: str, monkeypatch: pytest.MonkeyPatch):
    templates.keep(_applied())
    monkeypatch.setattr(state, part, lambda *_: "edited")
    assert templates.find(Settings(name="two")) is None


def test_one_that_was_cut_off_while_it_was_made_is_not_found(monkeypatch: pytest.MonkeyPatch):
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    stack = _applied()
    monkeypatch.setattr(templates, "_back_up_database", killed)
    with pytest.raises(KeyboardInterrupt):
        templates.keep(stack)
    assert templates.find(stack) is None
    monkeypatch.setattr(templates, "_back_up_database", _copied_database)
    templates.keep(stack)
    assert templates.find(stack) is not None


def test_only_this_user_can_read_it():
    stack = _applied()
    templates.keep(stack)
    template = templates.find(stack)
    assert template is not None
    assert template.stat().st_mode & 0o077 == 0


def test_the_last_ones_used_stay(monkeypatch: pytest.MonkeyPatch):
    stack = _applied()
    for number in range(templates.KEPT + 2):
        monkeypatch.setattr(templates, "key", lambda _, number=number: f"key{number}")
        templates.keep(stack)
    assert templates.drop_all() == templates.KEPT
    assert templates.find(stack) is None


def test_a_database_that_cannot_be_copied_is_said(monkeypatch: pytest.MonkeyPatch):
    def refused(*_: object) -> None:
        raise EngineError("the database could not be copied")

    stack = _applied()
    monkeypatch.setattr(templates, "_back_up_database", refused)
    with pytest.raises(EngineError, match="could not be copied"):
        templates.keep(stack)
    assert templates.find(stack) is None
