"""A `make` command checks its values before it makes an environment or starts anything."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name

import pytest

from artifacts import environments
from local import run
from local.front import commands
from local.front.values import NAMES, SettingsError
from operations.days import Calendar, DaysError, asked_days

REPOSITORY = Path(__file__).parents[3]
NAMED = ("DATE", "FROM", "TO")
CALENDAR = Calendar.of("Europe/Zagreb", datetime(2026, 3, 29, 21, 59, tzinfo=UTC), 90)  # 23:59 in Zagreb


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Removes the shell's values and `.env`, and lets no environment be made."""

    def fail(names: list[str]) -> int:
        pytest.fail(f"environments {names} were made")

    monkeypatch.setattr(environments, "main", fail)
    monkeypatch.setattr(commands, "REPOSITORY", tmp_path)
    for name in (*NAMES, "ACTION"):
        monkeypatch.delenv(name, raising=False)


def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *command: str, **values: str) -> str:
    """Returns the one line that the command prints on the standard error."""
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    assert commands.main(command) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert line.startswith(f"make {command[0]}: ")
    return line


@pytest.mark.parametrize("command", sorted(commands.COMMANDS))
def test_every_command_refuses_a_wrong_setting_first(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert "STACK='é' is refused" in refused(monkeypatch, capsys, command, STACK="é")


@pytest.mark.parametrize(
    ("command", "values", "said"),
    [
        (("pipeline",), {"DATE": "2026-11-31"}, "2026-11-31 is no date"),
        (("pipeline",), {"DATE": "tomorrow"}, "YYYY-MM-DD"),
        (("pipeline",), {"DATE": "9999-01-01"}, "is not over yet"),
        (("pipeline",), {"DATE": "1969-12-31"}, "is 1970-01-01"),
        (("pipeline",), {"FROM": "2026-01-01"}, "TO is missing"),
        (("pipeline",), {"TO": "2026-01-01"}, "FROM is missing"),
        (("pipeline",), {"FROM": "2026-01-02", "TO": "2026-01-01"}, "exchange them"),
        (("pipeline",), {"FROM": "2020-01-01", "TO": "2026-01-01"}, "at most 366"),
        (("pipeline",), {"DATE": "2026-01-01", "TO": "2026-01-01"}, "either DATE"),
        (("report",), {}, "give a day or a month"),
        (("report",), {"DATE": "2026-01-01", "MONTH": "2026-01"}, "give a day or a month"),
        (("report",), {"MONTH": "2026-13"}, "a month"),
        (("report",), {"MONTH": "2026-01", "NUMBER": "1"}, "Leave it out with MONTH"),
        (("report",), {"DATE": "2026-01-01", "NUMBER": "0"}, "the number of a publication"),
        (("report",), {"DATE": "2026-01-01", "FORMAT": "docx"}, "html or pdf"),
        (("whatif",), {"FROM": "2026-01-01", "TO": "2026-01-01"}, "CHECKS is missing"),
        (("whatif",), {"CHECKS": "a.toml"}, "FROM and TO are missing"),
        (("whatif",), {"CHECKS": "a.toml", "FROM": "2026-01-01"}, "TO is missing"),
        (("whatif",), {"CHECKS": "a.toml", "FROM": "2026-01-01", "TO": "2026-01-01", "JSON": "yes"}, "1 or 0"),
        (("explain",), {}, "ALARM is missing"),
        (("explain",), {"ALARM": "1000000001/SPK"}, "a check's code"),
        (("seed",), {"CUSTOMERS": "4"}, "from 5 to"),
        (("seed",), {"CUSTOMERS": "10", "DATE": "2026-02-30"}, "is no date"),
        (("customers",), {"DEACTIVATE": "1000000001"}, "STACK is missing: DEACTIVATE changes a stack"),
        (("customers",), {"STACK": "two", "IMPORT": "a.csv", "CREATE": "1"}, "IMPORT and CREATE are 2 commands"),
        (("customers",), {"STACK": "two", "CHANGE": "1"}, "SET is missing"),
        (("customers",), {"STACK": "two", "CHANGE": "1", "SET": "name='Ana"}, "No closing quotation"),
        (("customers",), {"STACK": "two", "IMPORT": "a.csv", "STORE": "yes"}, "all or good"),
        (("customer-key", "rotate"), {}, "NUMBER is missing"),
        (("customer-key",), {"NUMBER": "1000000001"}, "make customer-key NUMBER=1000000001 rotate"),
        (("customer-key", "rotat"), {"NUMBER": "1000000001"}, "'rotat' is no action"),
        (("customer-key", "rotate", "revoke"), {"NUMBER": "1"}, "'rotate revoke' is no action"),
        (("customer-key", "rotate"), {"NUMBER": "é"}, "NUMBER='é'"),
        (("package",), {"ARCHITECTURE": "i386"}, "x86_64 or arm64"),
        (("push",), {"RELEASE": "a b"}, "RELEASE='a b'"),
        (("bench",), {"QUICK": "yes"}, "1 or 0"),
        (("bench",), {"ONLY": "everything"}, "start, memory"),
        (("logs",), {"GROUP": "a b"}, "GROUP='a b'"),
        (("logs",), {"FOLLOW": "yes"}, "1 or 0"),
    ],
)
def test_a_wrong_value_starts_nothing(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: tuple[str, ...],
    values: dict[str, str],
    said: str,
) -> None:
    assert said in refused(monkeypatch, capsys, *command, **values)


def test_an_image_of_another_processor_than_the_tasks_is_not_pushed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repository = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/energy-service"
    said = refused(monkeypatch, capsys, "push", ECR_REPOSITORY=repository, RELEASE="1.0.1", ARCHITECTURE="arm64")
    assert 'cpu_architecture = "x86_64"' in said


def test_a_value_of_the_file_is_refused_with_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("# mine\nPORT='80'\n")
    assert ".env, line 2: PORT='80' is refused" in refused(monkeypatch, capsys, "up")


def test_the_shell_and_the_command_line_come_before_the_file(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_text("PORT=4700\nSTACK=file\nMODE=embedded\n")
    values = commands.with_file({"STACK": "shell", "MODE": "", "OTHER": "kept"}, path)
    assert values == {"PORT": "4700", "STACK": "shell", "MODE": "", "OTHER": "kept", "SETTINGS_FROM_FILE": "PORT"}


@pytest.mark.parametrize("text", ["2026-03-29", "2026-03-30", "2027-01-01"])
def test_a_day_that_is_not_over_in_the_zone_is_refused(text: str) -> None:
    with pytest.raises(DaysError, match=r"not over yet"):
        CALENDAR.day("DATE", text)


@pytest.mark.parametrize(
    "text", ["2026-2-1", "20260328", "2026-W13-6", "2026-03-28T00:00", " 2026-03-28",
             "\uff12026-03-28", "28.3.2026", "0000-00-00"]
)  # fmt: skip
def test_a_day_has_one_spelling(text: str) -> None:
    with pytest.raises(DaysError) as caught:
        CALENDAR.day("DATE", text)
    assert "as in DATE=2026-03-28" in str(caught.value)


def test_a_day_whose_readings_are_gone_is_refused() -> None:
    assert CALENDAR.day("DATE", "2025-12-29") == date(2025, 12, 29)
    with pytest.raises(DaysError, match="2025-12-29"):
        CALENDAR.day("DATE", "2025-12-28")


def test_a_range_has_each_day_once() -> None:
    days = asked_days(CALENDAR, "", "2026-02-27", "2026-03-01", NAMED)
    assert days == [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)]
    assert asked_days(CALENDAR, "", "2026-03-01", "2026-03-01", NAMED) == [date(2026, 3, 1)]
    assert asked_days(CALENDAR, "", "", "", NAMED) == []


def test_a_machine_without_time_zone_data_leaves_today_to_the_planner() -> None:
    assert Calendar.of("No/Where", datetime(2026, 3, 29, 11, tzinfo=UTC)).last == date(2026, 3, 29)


def test_the_front_and_the_doctor_need_the_standard_library_alone() -> None:
    script = "import local.front.commands, local.launcher.doctor, artifacts.environments"
    command = [sys.executable, "-S", "-c", script]  # -S: no site-packages
    done = subprocess.run(command, cwd=REPOSITORY, check=False, capture_output=True, text=True, env={})
    assert done.returncode == 0, done.stderr


def test_make_says_it_in_one_line_without_a_traceback() -> None:
    command = ["make", "pipeline", "DATE=2026-11-31", f"PYTHON={sys.executable}"]
    done = subprocess.run(
        command, cwd=REPOSITORY, check=False, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}
    )
    assert done.returncode == 2
    said = [line for line in (done.stdout + done.stderr).splitlines() if not line.startswith("make: ***")]
    assert len(said) == 1
    assert said[0].startswith("make pipeline: DATE='2026-11-31' is refused")


def test_without_python_make_says_what_to_install() -> None:
    command = ["make", "up", "PYTHON="]
    done = subprocess.run(command, cwd=REPOSITORY, check=False, capture_output=True, text=True)
    assert done.returncode == 2
    assert "Python 3.13 with its venv module was not found" in done.stderr


def test_settings_error_is_one_class_for_both_sides() -> None:
    from local.launcher import settings  # noqa: PLC0415 -- its own name for it is what is tested

    assert settings.SettingsError is SettingsError


@pytest.mark.parametrize("command", sorted(commands.COMMANDS))
def test_every_command_of_the_table_is_there(command: str) -> None:
    target = commands.COMMANDS[command].target
    if ":" in target:
        assert callable(resolve_name(target))
    else:
        assert find_spec(target) is not None


def test_only_the_table_names_the_work_of_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert run.main(["demo"]) == 2  # a program of its own
    assert run.main(["nothing"]) == 2
    assert "up,deploy" in capsys.readouterr().out
