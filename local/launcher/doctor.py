"""Implements `make doctor`: it shows what this machine lacks for `make up` and `make test`, and how to get it.

It needs only the standard library and makes no environment. The checks run side by side. A check without an answer
after `SECONDS` becomes a note.
"""

import importlib.util
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies

from artifacts import environments, user_shell
from local.launcher import terraform, terraform_environment
from local.launcher.hints import WITH_DOCKER_ALONE, make
from local.launcher.port_probe import taken_ports
from local.launcher.settings import REPOSITORY, Settings

LEAST_TERRAFORM = (1, 11)
SECONDS = 1.2
PYTHON_MODULES = ("venv", "ensurepip", "ssl", "ctypes", "zlib", "sqlite3")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
INSTALL_CHROMIUM = "Install it: apt-get install chromium (Debian, Ubuntu), dnf install chromium (Fedora)"
_DISK_GIB, _DISK_READY_GIB, _MEMORY_GIB = 4, 1, 3
_INSTALL_TERRAFORM = "install Terraform 1.11 or later: https://developer.hashicorp.com/terraform/install"


@dataclass(frozen=True)
class Finding:
    """A finding is the result of one check. `remedy` is empty if the check passes.

    A finding that is not `needed` is a note, which does not change the exit code.
    """

    what: str
    found: str
    remedy: str = ""
    needed: bool = True


def doctor(settings: Settings, seconds: float = SECONDS) -> int:
    """Prints a line for each prerequisite. Returns exit code 1 if a needed prerequisite is missing."""
    findings = ask(CHECKS, settings, seconds)
    for finding in findings:
        mark = "ok  " if not finding.remedy else "MISSING" if finding.needed else "note"
        print(f"{mark:<8}{finding.what:<22}{finding.found}")
        if finding.remedy:
            print(f"{'':<30}-> {finding.remedy}")
    missing = [finding for finding in findings if finding.remedy and finding.needed]
    ready = f"Everything that is needed is here: `{make('up', settings.name)}`."
    print(f"\n{len(missing)} missing. {WITH_DOCKER_ALONE}" if missing else f"\n{ready}")
    return int(bool(missing))


def ask(
    checks: "dict[str, Callable[[Settings], Finding]]", settings: Settings, seconds: float = SECONDS
) -> list[Finding]:
    """Returns the finding of each check, in the order of the checks. A late check becomes a note."""
    found: dict[str, Finding] = {}

    def run(what: str, check: Callable[[Settings], Finding]) -> None:
        try:
            found[what] = check(settings)
        except OSError as error:
            found[what] = Finding(what, str(error), "remove the cause that the message names")

    threads = {what: threading.Thread(target=run, args=(what, check), daemon=True) for what, check in checks.items()}
    for thread in threads.values():
        thread.start()
    deadline = time.monotonic() + seconds
    for thread in threads.values():
        thread.join(max(0.0, deadline - time.monotonic()))
    late = f"no answer within {seconds:g} s"
    return [found.get(what) or Finding(what, late, "check it yourself", needed=False) for what in checks]


def _system(settings: Settings) -> Finding:
    found = f"{platform.system()} {platform.machine()}"
    known = platform.system() == "Linux" and platform.machine().lower() in ("x86_64", "amd64", "aarch64", "arm64")
    return Finding("system", found, "" if known else WITH_DOCKER_ALONE)


def _python(settings: Settings) -> Finding:
    absent = [name for name in PYTHON_MODULES if importlib.util.find_spec(name) is None]
    how = f"it lacks {', '.join(absent)}: install your system's python3.13-venv, or `uv python install 3.13`"
    return Finding("Python 3.13", f"{sys.version.split()[0]}, {sys.executable}", how if absent else "")


def _make(settings: Settings) -> Finding:
    found = shutil.which("make")
    return Finding("make", found or "not on the PATH", "" if found else "install GNU make")


def _terraform(settings: Settings) -> Finding:
    if shutil.which("terraform") is None:
        return Finding("Terraform", "not on the PATH", _INSTALL_TERRAFORM)
    done = subprocess.run(
        ["terraform", "version"],
        env=user_shell.local() | {"CHECKPOINT_DISABLE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    version = re.search(r"v(\d+)\.(\d+)\.\d+", done.stdout)
    if version is None:
        said = (done.stderr or done.stdout).strip().partition("\n")[0]
        return Finding("Terraform", said or f"exit code {done.returncode}", _INSTALL_TERRAFORM)
    old = (int(version[1]), int(version[2])) < LEAST_TERRAFORM
    return Finding("Terraform", version[0], _INSTALL_TERRAFORM if old else "")


def _provider(settings: Settings) -> Finding:
    version, mirror = _provider_version(), terraform_environment.find_mirror(os.environ)
    if mirror is None:
        return _registry(version)
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
    folder = mirror / terraform_environment.REGISTRY / "hashicorp" / "aws"
    # https://developer.hashicorp.com/terraform/cli/config/config-file#filesystem_mirror
    unpacked = folder / version / f"linux_{machine}"
    packed = folder / f"terraform-provider-aws_{version}_linux_{machine}.zip"
    here = unpacked.is_dir() or packed.is_file()
    remedy = f"put hashicorp/aws {version} for linux_{machine} there: `terraform providers mirror`"
    return Finding("AWS provider", f"{version}, mirror {mirror}", "" if here else remedy)


def _registry(version: str) -> Finding:
    """Checks whether Terraform's registry, or the proxy in front of it, accepts a connection."""
    proxy = getproxies().get("https", "")
    address = urlsplit(proxy if "://" in proxy else f"https://{proxy or terraform_environment.REGISTRY}")
    host, port = address.hostname or "", address.port or (443 if address.scheme == "https" else 80)
    remedy = "set TF_PLUGIN_MIRROR to a folder that mirrors it, or HTTPS_PROXY (docs/troubleshooting.md)"
    try:
        socket.create_connection((host, port), timeout=SECONDS - 0.2).close()
    except OSError as error:
        return Finding("AWS provider", f"{version}: no mirror, and {host}:{port} is out of reach ({error})", remedy)
    return Finding("AWS provider", f"{version}, from {host}:{port}")


def _provider_version() -> str:
    lock = (terraform.SOURCE / ".terraform.lock.hcl").read_text(encoding="utf-8")
    found = re.search(r'^\s*version\s*=\s*"([^"]+)"', lock, re.MULTILINE)
    return found[1] if found else ""


def _ports(settings: Settings) -> Finding:
    if (settings.directory / "stack.json").exists():
        return Finding("ports", f"recorded for the stack {settings.name!r}")
    listed = ", ".join(map(str, settings.ports))
    taken = taken_ports(settings.ports)
    if taken:
        return Finding(
            "ports", f"taken: {taken}", f"choose others: {make('up', settings.name, PORT=settings.port + 100)}"
        )
    return Finding("ports", listed)


def _disk(settings: Settings) -> Finding:
    least = _DISK_READY_GIB if all(map(environments.is_current, environments.NAMES)) else _DISK_GIB
    free = shutil.disk_usage(REPOSITORY).free / 2**30
    remedy = "" if free > least else f"free some space: the environments, the provider and the data take {least} GiB"
    return Finding("disk", f"{free:.0f} GiB free", remedy)


def _folder(settings: Settings) -> Finding:
    folder = REPOSITORY / ".local"
    writable = os.access(folder if folder.exists() else REPOSITORY, os.W_OK | os.X_OK)
    return Finding("folder", str(folder), "" if writable else "make it writable for this user")


def _memory(settings: Settings) -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    remedy = "" if total > _MEMORY_GIB else "the stack takes about 2 GiB"
    return Finding("memory", f"{total:.0f} GiB", remedy, needed=False)


def _root(settings: Settings) -> Finding:
    if os.geteuid() != 0:
        return Finding("user", "an ordinary one")
    script = "from local.launcher.run_postgres import leave_root; leave_root()"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=user_shell.local(), capture_output=True, text=True, check=False, cwd=REPOSITORY)
    said = done.stderr.strip().rpartition("\n")[2]
    return Finding("user", "root; Postgres runs in a user namespace", said, needed=settings.mode != "docker")


def _docker(settings: Settings) -> Finding:
    needed = settings.mode == "docker"
    without = "start one, or use MODE=embedded" if needed else ""
    if shutil.which("docker") is None or not _answers("docker", "info"):
        return Finding("Docker", "no engine answers: the stack runs embedded", without, needed)
    if _answers("docker", "compose", "version"):
        return Finding("Docker", "an engine, docker compose")
    if shutil.which("docker-compose"):
        return Finding("Docker", "an engine, docker-compose")
    remedy = "install Docker Compose, or use MODE=embedded"
    return Finding("Docker", "an engine, no Docker Compose", remedy, needed)


def _chromium(_settings: Settings) -> Finding:
    found = next(filter(shutil.which, CHROMIUM), "")
    if found:
        return Finding("Chromium", found)
    remedy = f"`make test` tries the console in a browser. {INSTALL_CHROMIUM}"
    return Finding("Chromium", f"none of {', '.join(CHROMIUM)}", remedy, needed=False)


def _answers(*command: str) -> bool:
    done = subprocess.run(command, env=user_shell.docker(), check=False, capture_output=True, stdin=subprocess.DEVNULL)
    return done.returncode == 0


CHECKS: dict[str, Callable[[Settings], Finding]] = {
    "system": _system,
    "Python 3.13": _python,
    "make": _make,
    "Terraform": _terraform,
    "AWS provider": _provider,
    "ports": _ports,
    "folder": _folder,
    "disk": _disk,
    "memory": _memory,
    "user": _root,
    "Docker": _docker,
    "Chromium": _chromium,
}
