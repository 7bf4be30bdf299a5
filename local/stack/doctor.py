"""`make doctor`: what this machine lacks for the stack, and how to get it."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from local.stack import processes, terraform
from local.stack.engines.docker import Docker, compose_command
from local.stack.hints import make
from local.stack.settings import LOCAL, Settings

LEAST_TERRAFORM = (1, 11)


@dataclass(frozen=True)
class Finding:
    """`remedy` is empty where all is well; a finding that is only a note does not fail."""

    what: str
    found: str
    remedy: str = ""
    needed: bool = True


def doctor(settings: Settings) -> int:
    """Print a line for each prerequisite. Exit code 1 where a needed one is missing."""
    findings = [check(settings) for check in CHECKS]
    for finding in findings:
        mark = "ok  " if not finding.remedy else "MISSING" if finding.needed else "note"
        print(f"{mark:<8}{finding.what:<22}{finding.found}")
        if finding.remedy:
            print(f"{'':<30}-> {finding.remedy}")
    missing = [finding for finding in findings if finding.remedy and finding.needed]
    ready = f"Everything that is needed is here: `{make('up', settings.name)}`."
    print(f"\n{len(missing)} missing." if missing else f"\n{ready}")
    return int(bool(missing))


def _python(settings: Settings) -> Finding:
    return Finding("Python 3.13", sys.version.split()[0])


def _terraform(settings: Settings) -> Finding:
    how = "install Terraform 1.11 or later: https://developer.hashicorp.com/terraform/install"
    if shutil.which("terraform") is None:
        return Finding("Terraform", "not on the PATH", how)
    done = subprocess.run(
        ["terraform", "version"],
        env=terraform.environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    version = re.search(r"v(\d+)\.(\d+)\.\d+", done.stdout)
    if version is None or (int(version[1]), int(version[2])) < LEAST_TERRAFORM:
        return Finding("Terraform", version[0] if version else done.stderr.strip(), how)
    return Finding("Terraform", version[0])


def _provider(settings: Settings) -> Finding:
    mirror = terraform.find_mirror()
    return Finding("AWS provider", f"mirror {mirror}" if mirror else "from Terraform's registry, over the internet")


def _ports(settings: Settings) -> Finding:
    listed = ", ".join(map(str, settings.ports))
    taken = [] if processes.is_up(settings) else processes.taken_ports(settings.ports)
    if taken:
        return Finding(
            "ports", f"taken: {taken}", f"choose others: {make('up', settings.name, PORT=settings.port + 100)}"
        )
    return Finding("ports", listed)


def _disk(settings: Settings) -> Finding:
    LOCAL.mkdir(exist_ok=True)
    free = shutil.disk_usage(LOCAL).free / 2**30
    remedy = "" if free > 3 else "the environments, the provider and the data take about 3 GiB"
    return Finding("disk", f"{free:.0f} GiB free", remedy)


def _memory(settings: Settings) -> Finding:
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return Finding("memory", f"{total:.0f} GiB", "" if total > 3 else "the stack takes about 2 GiB", needed=False)


def _root(settings: Settings) -> Finding:
    if os.geteuid() != 0:
        return Finding("user", "an ordinary one")
    script = "from local.stack.run_postgres import leave_root; leave_root()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    return Finding("user", "root; Postgres runs in a user namespace", done.stderr.strip())


def _docker(settings: Settings) -> Finding:
    if not Docker.answers():
        return Finding("Docker", "no engine answers: the stack runs embedded")
    compose = compose_command()
    remedy = "" if compose else "install Docker Compose, or go on without containers"
    return Finding("Docker", f"an engine, {' '.join(compose) or 'no Docker Compose'}", remedy, needed=False)


CHECKS: tuple[Callable[[Settings], Finding], ...] = (
    _python,
    _terraform,
    _provider,
    _ports,
    _disk,
    _memory,
    _root,
    _docker,
)
