"""The supervisor and `sh` read their files correctly for every path of the clone."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg2.extensions import parse_dsn
from supervisor.options import ServerOptions

from local.launcher import marks, programs
from local.launcher import settings as settings_module
from local.launcher.settings import CONSOLE, EMULATOR, MIGRATIONS, POSTGRES, Settings

FOLDERS = [
    *("feature%2Fx", "100%", "%(here)s", "Ana's", 'the "new" one', "R&D", "a=b", "a #b", "a ;b", "#", "$HOME", "`id`"),
    *("back\\slash", "ünï ćevapi", "日本", "a,b", "{x}", "[x]*?", "two words", "a  b", "~", "-rf", "!x", "(x)", "<x>"),
    *("x|y", "+", "l" * 200, 'it\'s R&D %2F  a=b#c; ünï $HOME `x` "q" [z]*'),
]
SHOW = "import json, os, sys; print(json.dumps([os.getcwd(), dict(os.environ), sys.argv[1:], os.getpid()]))"


@pytest.fixture(params=FOLDERS)
def settings(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    clone = tmp_path / request.param
    monkeypatch.setattr(settings_module, "LOCAL", clone / ".local")
    monkeypatch.setattr(programs, "REPOSITORY", clone)
    monkeypatch.setattr(programs, "VENVS", clone / ".local" / "venv")
    settings = Settings(name="made-up", port=4700)
    settings.logs.mkdir(parents=True)
    programs.runtime_directory(settings).mkdir()
    yield settings
    shutil.rmtree(programs.runtime_directory(settings))


def parsed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Any:
    configuration = programs.write(settings)
    monkeypatch.chdir(settings.directory)  # where the supervisor is started
    options = ServerOptions()
    options.realize(["-c", str(configuration)])
    return options


def test_supervisor_reads_every_value_back(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    options = parsed(settings, monkeypatch)

    assert Path(options.logfile).resolve() == settings.logs.resolve() / "supervisord.log"
    assert Path(options.pidfile).resolve() == settings.directory.resolve() / "supervisord.pid"
    assert options.server_configs[0]["file"] == str(programs.runtime_directory(settings) / "supervisor.sock")
    found = {group.name: group.process_configs[0] for group in options.process_group_configs}
    assert set(found) == {POSTGRES, EMULATOR, CONSOLE, MIGRATIONS, *programs.agent_names(settings)}
    for name, process in found.items():
        assert Path(process.stdout_logfile).resolve() == settings.logs.resolve() / f"{name}.log"
        assert process.command == f"/bin/sh processes/{name}"
        assert (settings.directory / "processes" / name).is_file()


def test_a_process_gets_its_folder_its_variables_and_its_arguments(settings: Settings):
    (settings.directory / "processes").mkdir()
    wanted = {"A_PATH": str(settings.directory / "x"), "EMPTY": "", "QUOTES": "'\"`$x\\"}
    script = settings.directory / "processes" / "shown"
    script.write_text(programs.script_of([sys.executable, "-c", SHOW, *wanted.values()], wanted))

    with subprocess.Popen(
        ["/bin/sh", "processes/shown"],
        cwd=settings.directory,
        env=programs.environment(settings),
        stdout=subprocess.PIPE,
    ) as process:
        folder, variables, arguments, pid = json.loads(process.communicate()[0])

    assert Path(folder) == settings.directory.parents[2].resolve()  # the clone
    assert variables.items() >= wanted.items()
    assert variables[marks.MARKER] == str(settings.directory)
    assert arguments == list(wanted.values())
    assert pid == process.pid


def test_libpq_finds_the_password_file(settings: Settings):
    assert parse_dsn(programs.superuser_url(settings))["passfile"] == str(programs.password_file(settings))


def test_the_sockets_path_is_short(settings: Settings):
    assert len(os.fsencode(programs.runtime_directory(settings) / "supervisor.sock")) < 108


def test_caches_are_in_the_stacks_folder_by_a_path_that_needs_no_quoting(settings: Settings):
    programs.write(settings)
    environment = programs.environment(settings)
    assert Path(environment["HOME"]).samefile(settings.directory / "home")
    for path in (environment["HOME"], environment["TMPDIR"], str(programs.plain_directory(settings))):
        assert re.fullmatch(r"[A-Za-z0-9/_-]+", path)
