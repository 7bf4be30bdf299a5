"""docs/runbook.md has a chapter for each alarm of CloudWatch, and each mail of an alarm names its chapter."""

import re
from pathlib import Path

import pytest

from tests.support.terraform_code import TERRAFORM, local_values, named
from tests.unit.test_notifications_document import monitors
from tests.unit.test_texts_for_the_administrator import TARGETS

REPOSITORY = Path(__file__).parents[2]
RUNBOOK = (REPOSITORY / "docs" / "runbook.md").read_text()
TEXTS = local_values(TERRAFORM / "modules" / "notifications")
PARTS = ("- **Look**: ", "- **Do**: ", "- **Tried by**: ")
ALARMS = sorted(monitors())


def chapters() -> dict[str, str]:
    """Returns the chapters of the third level by their headings."""
    found = re.split(r"^#{2,3} (.+)$", RUNBOOK, flags=re.MULTILINE)
    levels = re.findall(r"^(#{2,3}) .+$", RUNBOOK, flags=re.MULTILINE)
    return {
        heading: text
        for level, heading, text in zip(levels, found[1::2], found[2::2], strict=True)
        if level == "###" and not heading.startswith("Follow ")
    }


def test_each_alarm_has_a_chapter_and_each_chapter_an_alarm() -> None:
    assert sorted(chapters()) == ALARMS


@pytest.mark.parametrize("alarm", ALARMS)
def test_a_chapter_says_what_it_means_where_to_look_and_what_to_do(alarm: str) -> None:
    text = chapters()[alarm]
    assert not text.strip().startswith("-"), "a chapter begins with what the alarm means"
    assert [part for part in PARTS if text.count(f"\n{part}") != 1] == []


@pytest.mark.parametrize("alarm", ALARMS)
def test_the_test_that_a_chapter_names_exists(alarm: str) -> None:
    tried = chapters()[alarm].partition(PARTS[-1])[2]
    named_files = re.findall(r"`([\w./-]+\.py)`", tried)
    assert named_files
    assert [name for name in named_files if not (REPOSITORY / name).exists()] == []


def test_each_mail_names_its_chapter() -> None:
    assert TEXTS["alarm_descriptions"] == (
        '${{for name, text in local.alarm_texts : name => "${text} See docs/runbook.md, ${name}."}}'
    )


def test_the_settings_that_a_chapter_names_exist() -> None:
    settings = set(re.findall(r"`((?:alarm|database|service|api|pipeline|authorizer)_\w+)`", RUNBOOK))
    not_settings = {"database_address", "database_port", "database_name", "database_secret_arn"}
    assert settings - not_settings <= set(named("variable", TERRAFORM))


def test_the_commands_that_a_chapter_names_exist() -> None:
    commands = set(re.findall(r"python -m operations\.(\w+)", RUNBOOK))
    assert {"run_day", "redrive", "console"} <= commands
    paths = [REPOSITORY / "operations" / name for name in commands]
    assert [path for path in paths if not (path.with_suffix(".py").exists() or path.is_dir())] == []


def test_no_chapter_names_a_command_that_reaches_only_local_stacks() -> None:
    assert re.findall(rf"\bmake +(?:{'|'.join(TARGETS)})\b", "".join(chapters().values())) == []
