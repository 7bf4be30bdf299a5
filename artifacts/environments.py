"""Makes the Python environments from the hashed lock files. Standard library only: it runs before they exist.

`python3.13 -m artifacts.environments NAME ...` makes those named, or all of them, side by side, and does nothing where
the lock file has not changed since.
"""

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

from artifacts import locks, pip_progress, user_shell
from artifacts.paths import LOCAL, REPOSITORY, VENVS
from artifacts.progress import Progress

LOGS = LOCAL / "logs"
EXTENSION = REPOSITORY / "packages" / "localstack-dockerless"
NAMES = ("project", "localstack", "lambda", "service")
"""What the stack needs, made where none is named; `scan` is for `make check`, `make test` and `make audit`, `lock` for
`make lock`."""

SERVICE_CATALOG = "localstack_dockerless.patches.service_catalog"
"""Builds LocalStack's index of services once, or else each new stack's LocalStack builds it for 3 s."""

AWSLOCAL = VENVS / "project" / "bin" / "awslocal"
USUALLY = "1 to 5 minutes, by the machine and the network"


def python_of(name: str) -> Path:
    """The interpreter of the environment `name`."""
    return VENVS / name / "bin" / "python"


def fingerprint(name: str) -> str:
    """Changes when the environment's packages do."""
    digest = hashlib.sha256(sys.version.encode())
    digest.update((REPOSITORY / "requirements" / f"{name}.txt").read_bytes())
    digest.update(str(VENVS).encode())
    return digest.hexdigest()


def extension_fingerprint() -> str:
    """Changes when the extension has to be installed again: its entry points are read then, its code when it runs."""
    return hashlib.sha256((EXTENSION / "pyproject.toml").read_bytes()).hexdigest()


def is_current(name: str) -> bool:
    return _is_usable(name) and (
        (name != "localstack" or _is_stamped(name, "extension", extension_fingerprint()))
        and (name != "project" or AWSLOCAL.is_symlink())
    )


def make_or_exit(name: str) -> None:
    """`make`, with exit code 1 where it fails: pip or venv has said why, and a traceback says nothing more."""
    try:
        make(name)
    except subprocess.CalledProcessError:
        sys.exit(1)


def make(name: str) -> None:
    """Raises `subprocess.CalledProcessError`; what pip said is on the standard output.

    A stamp is taken away before its part is changed and written after it, so that what a kill leaves is made again.
    """
    pip: list[str | Path] = [python_of(name), "-m", "pip", "--disable-pip-version-check", "install"]
    pip += ["--progress-bar=off", "--no-color"]  # what it prints goes to a log, from which `pip_progress` reads
    if not _is_usable(name):
        _stamp(name, "packages").unlink(missing_ok=True)
        shutil.rmtree(VENVS / name, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", VENVS / name], check=True, env=user_shell.local())
        locked: list[str | Path] = ["--require-hashes", "-r", REPOSITORY / "requirements" / f"{name}.txt"]
        subprocess.run([*pip, *locked], check=True, env=user_shell.pip())
        record(name)
    if name == "localstack":
        _stamp(name, "extension").unlink(missing_ok=True)
        unpacked: list[str | Path] = ["--no-index", "--no-deps", "--no-build-isolation", "-e", EXTENSION]
        subprocess.run([*pip, *unpacked], check=True, env=user_shell.building())
        subprocess.run([python_of(name), "-m", SERVICE_CATALOG], check=True, env=user_shell.building())
        _stamp(name, "extension").write_text(extension_fingerprint())
    if name == "project":
        _replace_awslocal()


def record(name: str) -> None:
    """Note that the environment holds the packages of its lock file."""
    _stamp(name, "packages").write_text(fingerprint(name))


def _replace_awslocal() -> None:
    """Have the package's `awslocal`, which knows neither the stack's port nor its region, call this repository's."""
    AWSLOCAL.unlink(missing_ok=True)
    AWSLOCAL.symlink_to(Path("../../../../local/bin/awslocal"))


def _is_usable(name: str) -> bool:
    """Whether its packages are installed and its interpreter, a link to the machine's, is still there."""
    return _is_stamped(name, "packages", fingerprint(name)) and python_of(name).exists()


def _stamp(name: str, part: str) -> Path:
    return VENVS / name / f".{part}"


def _is_stamped(name: str, part: str, wanted: str) -> bool:
    return _stamp(name, part).exists() and _stamp(name, part).read_text() == wanted


def main(names: list[str]) -> int:
    if sys.version_info[:2] != (3, 13):
        found = ".".join(map(str, sys.version_info[:3]))
        print(f"Python 3.13 is needed and this is {found}: install it (pyenv install 3.13, uv python install 3.13,")
        print("or your system's python3.13), then run the command again.")
        return 1
    if problem := unusable_path(str(REPOSITORY)):
        print(f"This clone cannot be used where it is: {problem}. Move it: {str(REPOSITORY)!r}")
        return 1
    if all(map(is_current, names or NAMES)):
        return 0
    with locks.held(VENVS.with_name("venv.lock"), "the making of the Python environments") as lock:
        stale = [name for name in (names or NAMES) if not is_current(name)]  # of those, the first command made some
        return _make_side_by_side(stale, lock) if stale else 0


def unusable_path(path: str) -> str:
    """Why no Python environment can be made below `path`; '' where it can.

    Lists of folders, such as PATH, separate with a colon: https://docs.python.org/3.13/library/venv.html refuses it.
    """
    if ":" in path:
        return "its path has a colon, which separates folders in lists of them"
    if not path.isprintable():  # a newline, or bytes that are no UTF-8
        return "its path has a character that cannot be printed"
    return ""


def _make_side_by_side(names: list[str], lock: int) -> int:
    LOGS.mkdir(parents=True, exist_ok=True)
    print(f"Python environments: making {', '.join(names)} from the lock files (once, {USUALLY})", flush=True)
    started, progress = time.monotonic(), Progress("Python environments")
    running = {name: _spawn(name, lock) for name in names}
    failed = False
    while running:
        parts = ", ".join(f"{name} {_percent(name)} %" for name in running)
        progress.show(f"{parts}, after {time.monotonic() - started:.0f} s")
        for name, process in list(running.items()):
            if process.poll() is None:
                continue
            progress.clear()
            del running[name]
            took = f"{time.monotonic() - started:.0f} s"
            if process.returncode == 0:
                print(f"  {name}: ready after {took}", flush=True)
            else:
                failed = True
                print(
                    f"  {name}: FAILED after {took}; the log is {LOGS / f'environment-{name}.log'}",
                    flush=True,
                )
                print((LOGS / f"environment-{name}.log").read_text()[-2000:])
        time.sleep(0.2)
    return int(failed)


def _percent(name: str) -> int:
    lock = REPOSITORY / "requirements" / f"{name}.txt"
    return pip_progress.percent(lock, LOGS / f"environment-{name}.log", VENVS / name)


def _spawn(name: str, lock: int) -> subprocess.Popen[bytes]:
    """A process that makes the environment. It keeps the lock where it outlives this command."""
    script = f"from artifacts.environments import make_or_exit; make_or_exit({name!r})"
    with (LOGS / f"environment-{name}.log").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-c", script],
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=REPOSITORY,
            env=user_shell.pip(),
            pass_fds=(lock,),
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
