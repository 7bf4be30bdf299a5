"""The first set-up shows its progress, which it reads from pip's log and from the installed files."""

from pathlib import Path

import pytest

from artifacts import environments, pip_progress
from artifacts.paths import REPOSITORY
from artifacts.progress import Progress

LOCK = """\
# a lock file
boto3==1.42.54 \\
    --hash=sha256:00
rich[jupyter]==14.0.0 ; python_version >= "3.13" \\
    --hash=sha256:00
zope.interface==7.2 \\
    --hash=sha256:00
psutil==7.0.0 \\
    --hash=sha256:00
"""
_KINDS = ("Collecting p{}==1\n  Downloading p.whl", "Processing /wheels/p{}.whl")  # from an index, from a folder


def percent(tmp_path: Path, collected: int, installed: int) -> int:
    (tmp_path / "lock.txt").write_text(LOCK)
    (tmp_path / "log").write_text("".join(f"{_KINDS[i % 2]}\n".format(i) for i in range(collected)))
    packages = tmp_path / "venv" / "lib" / "python3.13" / "site-packages"
    for name in ["pip", *(f"p{i}" for i in range(installed))]:
        (packages / f"{name}-1.dist-info").mkdir(parents=True, exist_ok=True)
    return pip_progress.percent(tmp_path / "lock.txt", tmp_path / "log", tmp_path / "venv")


@pytest.mark.parametrize(
    ("collected", "installed", "shown"), [(0, 0, 0), (1, 0, 12), (4, 0, 50), (4, 2, 75), (4, 4, 99), (9, 9, 99)]
)
def test_each_package_moves_it_when_it_is_collected_and_when_it_is_there(
    tmp_path: Path, collected: int, installed: int, shown: int
) -> None:
    assert percent(tmp_path, collected, installed) == shown


def test_before_pip_has_begun_nothing_is_done(tmp_path: Path) -> None:
    (tmp_path / "lock.txt").write_text(LOCK)
    assert pip_progress.percent(tmp_path / "lock.txt", tmp_path / "log", tmp_path / "venv") == 0


@pytest.mark.parametrize("name", [*environments.NAMES, "scan"])
def test_every_package_of_a_lock_file_is_counted(name: str) -> None:
    lock = REPOSITORY / "requirements" / f"{name}.txt"
    packages = [line for line in lock.read_text().splitlines() if line and not line.startswith(("#", " "))]
    assert len(pip_progress._LOCKED.findall(lock.read_text())) == len(packages)


def test_where_there_is_no_terminal_a_line_comes_every_ten_seconds(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr("local.launcher.console.time.monotonic", lambda: now)
    progress = Progress("Python environments")
    for now in (0.0, 5.0, 10.0, 11.0, 19.9, 20.0):
        progress.show(f"project {now:.0f} %")
    assert capsys.readouterr().out.splitlines() == [
        "    Python environments: project 10 %",
        "    Python environments: project 20 %",
    ]
