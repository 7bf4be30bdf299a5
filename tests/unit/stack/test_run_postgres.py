"""Postgres gets an ordinary user with a name, whoever starts the stack."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local import shell
from local.stack import run_postgres
from local.stack.settings import REPOSITORY

SHOW = (
    "import os, pwd; from local.stack.run_postgres import leave_root; leave_root(); print(pwd.getpwuid(os.geteuid()))"
)


def unnamed_user() -> int:
    return next(number for number in range(400_000, 500_000) if not run_postgres._has_name(number))


@pytest.mark.parametrize("user", ["root", "unnamed"])
def test_root_and_a_user_id_without_a_name_become_an_ordinary_user(user: str):
    number = 0 if user == "root" else unnamed_user()
    command = ["unshare", "--user", f"--map-user={number}", f"--map-group={number}", sys.executable, "-c", SHOW]
    done = subprocess.run(command, cwd=REPOSITORY, env=shell.local(), check=False, capture_output=True, text=True)

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


def test_an_installation_that_a_shell_cannot_name_is_copied_and_removed(tmp_path: Path):
    programs = tmp_path / 'the "$new`' / "package" / "pginstall" / "bin"
    programs.mkdir(parents=True)
    (programs / "initdb").write_text("initdb")
    libraries = programs.parents[2] / "package.libs"
    libraries.mkdir()

    with run_postgres._where_a_shell_can_name_them(programs) as copy:
        assert not set('"$`\\') & set(str(copy))
        assert (copy / "initdb").read_text() == "initdb"
        assert (copy.parents[2] / "package.libs").samefile(libraries)
    assert not copy.exists()


def test_another_installation_is_run_where_it_is(tmp_path: Path):
    with run_postgres._where_a_shell_can_name_them(tmp_path / "it's R&D %2F") as programs:
        assert programs == tmp_path / "it's R&D %2F"
