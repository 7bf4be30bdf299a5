"""Postgres runs as an ordinary user with a name, also if root starts the stack."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from artifacts import user_shell
from local.launcher import run_postgres
from local.launcher.settings import REPOSITORY

SHOW = (
    "import os, pwd; from local.launcher.run_postgres import leave_root; "
    "leave_root(); print(pwd.getpwuid(os.geteuid()))"
)


def unnamed_user() -> int:
    return next(number for number in range(400_000, 500_000) if not run_postgres._has_name(number))


@pytest.mark.parametrize("user", ["root", "unnamed"])
def test_root_and_a_user_id_without_a_name_become_an_ordinary_user(user: str):
    number = 0 if user == "root" else unnamed_user()
    command = ["unshare", "--user", f"--map-user={number}", f"--map-group={number}", sys.executable, "-c", SHOW]
    done = subprocess.run(command, cwd=REPOSITORY, env=user_shell.local(), check=False, capture_output=True, text=True)

    if "unshare" in done.stderr:
        pytest.skip(f"no user namespaces here: {done.stderr}")
    assert done.returncode == 0, done.stderr
    assert "pw_uid=" in done.stdout
    assert "pw_uid=0," not in done.stdout


@pytest.mark.parametrize(
    ("user", "said"), [(0, "run the command as an ordinary user"), (499_999, "line in /etc/passwd")]
)
def test_where_that_is_forbidden_it_is_said_what_to_do(user: int, said: str, monkeypatch: pytest.MonkeyPatch):
    def forbidden(_: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(os, "unshare", forbidden)
    monkeypatch.setattr(run_postgres, "_has_name", lambda number: False)
    with pytest.raises(SystemExit, match=said):
        run_postgres.leave_root()


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """Installs the programs below a folder with that name. Returns the folder of the programs."""
    programs = tmp_path / str(request.param) / "package" / "pginstall" / "bin"
    programs.mkdir(parents=True)
    (programs / "initdb").write_text("initdb")
    (programs.parents[2] / "package.libs").mkdir()
    monkeypatch.setattr(run_postgres, "binaries", lambda: programs)
    return programs


@pytest.mark.parametrize("wheel", ['the "new" one', "$HOME", "`id`", "back\\slash"], indirect=True)
def test_an_installation_that_a_shell_cannot_name_is_copied_once(wheel: Path, tmp_path: Path):
    copy = run_postgres.nameable_binaries(tmp_path / "scratch")

    assert not set('"$`\\') & set(str(copy.relative_to(tmp_path)))
    assert (copy / "initdb").read_text() == "initdb"
    assert (copy.parents[2] / "package.libs").samefile(wheel.parents[2] / "package.libs")
    assert run_postgres.nameable_binaries(tmp_path / "scratch") == copy


@pytest.mark.parametrize("wheel", ["it's R&D %2F", "a b", "a=b #c ;d"], indirect=True)
def test_another_installation_is_run_where_it_is(wheel: Path, tmp_path: Path):
    assert run_postgres.nameable_binaries(tmp_path / "scratch") == wheel
