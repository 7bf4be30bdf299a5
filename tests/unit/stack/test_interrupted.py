"""A step that was cut off is done again, because the file that marks its end is written last."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from artifacts import environments
from local.launcher import files, lifecycle, processes, settings, terraform
from local.launcher.engines.embedded import Embedded
from local.launcher.settings import Settings


class Killed(BaseException):
    """Stands for SIGKILL: no handler of the program catches it."""


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for module in (settings, terraform):
        monkeypatch.setattr(module, "LOCAL", tmp_path)
    made = Settings(name="cut-off", mode="embedded")
    made.directory.mkdir(parents=True)
    return made


def killed(*_: Any, **__: Any) -> Any:
    raise Killed


def test_a_small_file_is_the_old_one_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "stack.json"
    files.write_whole(path, "old")
    with monkeypatch.context() as cut:
        cut.setattr(Path, "replace", killed)
        with pytest.raises(Killed):
            files.write_whole(path, "new, and longer")
    assert path.read_text() == "old"
    files.write_whole(path, "new", mode=0o600)
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("new", 0o600)


def test_initdb_that_was_cut_off_begins_again(stack: Settings, monkeypatch: pytest.MonkeyPatch):
    runs: list[Path] = []

    def initdb(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        folder = Path(command[2].split("Path('")[1].split("'")[0])
        assert not folder.exists()
        folder.mkdir()
        (folder / "PG_VERSION").write_text("18")  # initdb's first file
        runs.append(folder)
        if len(runs) == 1:
            raise Killed
        (folder / "postgresql.conf").write_text("complete")
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", initdb)
    monkeypatch.setattr(Embedded, "_start", lambda *_: None)
    monkeypatch.setattr(processes, "wait_for_postgres", lambda *_: None)
    processes.password_file(stack).write_text("127.0.0.1:1:*:postgres:secret\n")
    with pytest.raises(Killed):
        Embedded(stack).start_postgres()
    for _ in range(2):  # the second finds it finished
        Embedded(stack).start_postgres()
    assert len(runs) == 2
    assert (stack.directory / "postgres" / "postgresql.conf").exists()
    assert not runs[0].exists()


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Makes a complete environment `service`."""
    monkeypatch.setattr(environments, "VENVS", tmp_path)
    folder = tmp_path / "service"
    _fake_venv(folder)
    (folder / ".packages").write_text(environments.fingerprint("service"))
    assert environments.is_current("service")
    return folder


def _fake_venv(folder: Path) -> None:
    (folder / "bin").mkdir(parents=True, exist_ok=True)
    (folder / "bin" / "python").touch()


@pytest.mark.parametrize("step", ["venv", "pip"])
def test_an_environment_that_was_cut_off_is_made_again(step: str, environment: Path, monkeypatch: pytest.MonkeyPatch):
    steps: list[str] = []

    def run(command: list[Any], **_: Any) -> None:
        steps.append(str(command[2]))
        _fake_venv(environment)
        if len(steps) == ("venv", "pip").index(step) + 1:
            raise Killed

    monkeypatch.setattr(subprocess, "run", run)
    with monkeypatch.context() as edited:
        edited.setattr(environments, "fingerprint", lambda name: "of an edited lock file")
        with pytest.raises(Killed):
            environments.make("service")
        assert not environments.is_current("service")
    assert not environments.is_current("service")  # nor with the old lock file, whose packages are gone
    environments.make("service")
    assert environments.is_current("service")


def test_an_environment_whose_interpreter_is_gone_is_made_again(environment: Path):
    (environment / "bin" / "python").unlink()
    assert not environments.is_current("service")


def test_terraform_init_that_was_cut_off_begins_again(stack: Settings, monkeypatch: pytest.MonkeyPatch):
    runs: list[str] = []

    def init(of: Settings, *arguments: str, downloads: bool) -> str:
        half = terraform.working_copy(of) / ".terraform" / "providers"
        assert not half.exists()
        half.mkdir(parents=True)
        runs.append(arguments[0])
        if len(runs) == 1:
            raise Killed
        return ""

    monkeypatch.setattr(terraform, "run", init)
    with pytest.raises(Killed):
        terraform.init(stack)
    for _ in range(2):  # the second finds it finished
        terraform.init(stack)
    assert runs == ["init", "init"]


def test_down_that_was_cut_off_leaves_no_half_database(stack: Settings, monkeypatch: pytest.MonkeyPatch):
    for folder in ("postgres", "terraform", "logs"):
        (stack.directory / folder).mkdir()
        (stack.directory / folder / "file").touch()
    for file in ("stack.json", "pgpass", "outputs.json"):
        (stack.directory / file).touch()
    deleted = 0

    def rmtree(path: Path, **_: Any) -> None:
        nonlocal deleted
        if path.exists():
            (path / "file").unlink()
            deleted += 1
            raise Killed

    with monkeypatch.context() as cut:
        cut.setattr("shutil.rmtree", rmtree)
        with pytest.raises(Killed):
            lifecycle._drop_data(stack)
    assert deleted == 1
    whole = {path.name for path in stack.directory.iterdir() if not path.name.endswith(".gone") and path.is_dir()}
    assert all((stack.directory / name / "file").exists() for name in whole)
    assert (stack.directory / "stack.json").exists()
    lifecycle._drop_data(stack)
    assert [path.name for path in stack.directory.iterdir()] == ["logs"]
