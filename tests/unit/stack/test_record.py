"""A stack owns its settings. Commands take them from its record, and a command with other settings is refused."""

import dataclasses
from pathlib import Path

import pytest

from local.commands import testing
from local.launcher import ports, processes, record, settings
from local.launcher.ports import PortsError
from local.launcher.record import RecordError
from local.launcher.settings import Settings
from local.launcher.state import State

MADE = Settings(
    name="two", port=4960, customers=70, admin_email="ops@example.org", mode="embedded", iam_enforcement="report"
)


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LOCAL", tmp_path)


def made(stack: Settings) -> Settings:
    State().write(stack)
    return stack


def test_without_a_record_the_variables_decide():
    given = {"STACK": "two", "PORT": "4900", "MODE": "docker"}
    assert record.settle(given) == Settings(name="two", port=4900, mode="docker")


def test_without_a_variable_the_record_decides_everything():
    made(MADE)
    assert record.settle({"STACK": "two"}) == MADE


@pytest.mark.parametrize("value", ["4960", ""])
def test_the_recorded_value_and_none_may_be_named(value: str):
    made(MADE)
    assert record.settle({"STACK": "two", "PORT": value, "MODE": "embedded"}) == MADE
    assert record.settle({"STACK": "two", "MODE": "auto"}) == MADE


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("PORT", "4900", "PORT=4960, not 4900"),
        ("PORT", "4566", "PORT=4960, not 4566"),  # the default, but named
        ("MODE", "docker", "MODE=embedded, not docker"),
        ("IAM_ENFORCEMENT", "off", "IAM_ENFORCEMENT=report, not off"),
        ("FAULTS", "on", "FAULTS=off, not on"),
    ],
)
def test_a_command_that_names_another_setting_is_refused_in_one_line(variable: str, value: str, reason: str):
    made(MADE)
    with pytest.raises(RecordError) as refused:
        record.settle({"STACK": "two", variable: value})
    said = str(refused.value)
    assert reason in said
    assert "`make down STACK=two`" in said
    assert "\n" not in said


def test_what_the_file_of_defaults_gives_names_no_stack():
    made(MADE)
    given = {"STACK": "two", "PORT": "4566", "MODE": "docker", record.FROM_FILE: "MODE PORT"}
    assert record.settle(given) == MADE


def test_what_up_can_change_is_taken_from_the_command():
    made(MADE)
    given = {"STACK": "two", "CUSTOMERS": "90", "ADMIN_EMAIL": "night@example.org"}
    assert record.settle(given) == dataclasses.replace(MADE, customers=90, admin_email="night@example.org")


def test_a_record_that_cannot_be_read_is_named():
    made(MADE)
    (MADE.directory / record.FILE).write_text('{"settings": {')
    with pytest.raises(RecordError, match=r"stack\.json.*make down STACK=two"):
        record.settle({"STACK": "two"})


def test_a_record_of_another_version_is_read():
    made(MADE)
    text = (MADE.directory / record.FILE).read_text()
    (MADE.directory / record.FILE).write_text(text.replace('"settings": {', '"settings": {"colour": "blue", '))
    assert record.settle({"STACK": "two"}) == MADE


@pytest.mark.parametrize("port", [4957, 4959, 4960, 4963])
def test_two_stacks_do_not_share_a_port_and_the_message_says_whose_it_is(port: int):
    made(MADE)
    wanted = Settings(name="three", port=port)
    with pytest.raises(PortsError, match=r"belongs to the stack 'two'.*make up STACK=three PORT=\d+.*STACK=two"):
        ports.refuse_shared(wanted)


@pytest.mark.parametrize("port", [4955, 4965])
def test_ranges_that_touch_are_not_shared(port: int):
    made(MADE)
    ports.refuse_shared(Settings(name="three", port=port))
    ports.refuse_shared(MADE)


def test_tests_take_no_ports_of_a_stack_that_is_made_but_does_not_listen_yet(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(processes, "taken_ports", lambda wanted: [])
    made(MADE)
    chosen = testing.free_settings(Settings(name="tests", port=4958))
    assert not set(chosen.ports).intersection(MADE.ports)
