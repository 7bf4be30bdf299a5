"""Makes the Python environments from the hashed lock files.

This module needs only the standard library, because it runs before the environments exist.
`python3.13 -m artifacts.environments NAME ...` makes the named environments side by side. Without a name it makes the
environments of a stack. It skips an environment whose lock file has not changed.
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
PLUGINS = REPOSITORY / "packages" / "localstack-dockerless"
NAMES = ("project", "localstack", "lambda", "service")
"""A stack needs these environments. `make check`, `make test` and `make audit` also need `scan`, `make lock` `lock`."""

COMPILED = ("lambda", "service")
"""Several processes start in these environments at the same time. In the others, Python compiles a module when it is
first imported, and most modules never are. To compile all of them takes a minute of CPU."""

SERVICE_CATALOG = "localstack_dockerless.patches.service_catalog"
"""Builds LocalStack's index of services once. Without it, LocalStack of each new stack spends 3 s on the index."""

AWSLOCAL = VENVS / "project" / "bin" / "awslocal"
USUALLY = "1 to 5 minutes, depending on the machine and the network"


def python_of(name: str) -> Path:
    """Returns the interpreter of the environment `name`."""
    return VENVS / name / "bin" / "python"


def fingerprint(name: str) -> str:
    """Returns a hash that changes when the environment's packages change, or its folder moves.

    A link to the environments of another clone leads to the same folder, so it makes nothing again.
    """
    digest = hashlib.sha256(sys.version.encode())
    digest.update((REPOSITORY / "requirements" / f"{name}.txt").read_bytes())
    digest.update(str(VENVS.resolve()).encode())
    return digest.hexdigest()


def plugins_fingerprint() -> str:
    """Returns a hash that changes when the plug-ins must be installed again.

    Their entry points are read at installation. Their code is read when LocalStack runs.
    """
    return hashlib.sha256((PLUGINS / "pyproject.toml").read_bytes()).hexdigest()


def is_current(name: str) -> bool:
    return _is_usable(name) and (
        (name != "localstack" or _is_stamped(name, "plug-ins", plugins_fingerprint()))
        and (name != "project" or AWSLOCAL.is_symlink())
    )


def make_or_exit(name: str) -> None:
    """Calls `make`. If it fails, ends with exit code 1 and no traceback, because pip or venv has printed the reason."""
    try:
        make(name)
    except subprocess.CalledProcessError:
        sys.exit(1)


def make(name: str) -> None:
    """Makes the environment `name`, or the parts of it that are missing.

    A part's stamp is deleted before the part changes, and written after it. So a killed command leaves no stamp, and
    the next command makes the part again. Raises `subprocess.CalledProcessError`. pip's output is on the standard
    output.
    """
    pip: list[str | Path] = [python_of(name), "-m", "pip", "--disable-pip-version-check", "install"]
    pip += ["--progress-bar=off", "--no-color"]  # the output goes to a log, which `pip_progress` reads
    if not _is_usable(name):
        _stamp(name, "packages").unlink(missing_ok=True)
        shutil.rmtree(VENVS / name, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", VENVS / name], check=True, env=user_shell.local())
        locked: list[str | Path] = ["--require-hashes", "-r", REPOSITORY / "requirements" / f"{name}.txt"]
        locked += [] if name in COMPILED else ["--no-compile"]
        subprocess.run([*pip, *locked], check=True, env=user_shell.pip())
        record(name)
    if name == "localstack":
        _stamp(name, "plug-ins").unlink(missing_ok=True)
        unpacked: list[str | Path] = ["--no-index", "--no-deps", "--no-build-isolation", "-e", PLUGINS]
        subprocess.run([*pip, *unpacked], check=True, env=user_shell.building())
        subprocess.run([python_of(name), "-m", SERVICE_CATALOG], check=True, env=user_shell.building())
        _stamp(name, "plug-ins").write_text(plugins_fingerprint())
    if name == "project":
        _replace_awslocal()


def record(name: str) -> None:
    """Notes that the environment holds the packages of its lock file."""
    _stamp(name, "packages").write_text(fingerprint(name))


def _replace_awslocal() -> None:
    """Replaces the package's `awslocal` by a link to this repository's, which knows the stack's port and region."""
    AWSLOCAL.unlink(missing_ok=True)
    AWSLOCAL.symlink_to(Path("../../../../local/bin/awslocal"))


def _is_usable(name: str) -> bool:
    """Returns whether the packages are installed and the interpreter still exists. It is a link to the machine's."""
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
        print(f"This clone cannot be used where it is: {problem}. Move it to another folder: {str(REPOSITORY)!r}")
        return 1
    if all(map(is_current, names or NAMES)):
        return 0
    with locks.held(VENVS.with_name("venv.lock"), "the set-up of the Python environments") as lock:
        stale = [name for name in (names or NAMES) if not is_current(name)]  # another command may have made some
        return _make_side_by_side(stale, lock) if stale else 0


def unusable_path(path: str) -> str:
    """Returns why no Python environment can be made below `path`, or '' if one can be made.

    venv refuses a path with a colon, because a colon separates the folders in PATH:
    https://docs.python.org/3.13/library/venv.html
    """
    if ":" in path:
        return "its path has a colon, which separates the folders in a list such as PATH"
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
    """Starts a process that makes the environment. The process keeps the lock if it outlives this command."""
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
