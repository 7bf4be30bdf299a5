"""Reads the machine and the versions, which are printed with every result."""

import importlib.metadata
import json
import os
import platform
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import psutil

from artifacts import user_shell
from local.launcher import terraform
from local.launcher.run_postgres import binaries
from local.launcher.settings import VENVS


def machine() -> dict[str, str]:
    """Returns the machine."""
    return {
        "CPU": cpu_model(Path("/proc/cpuinfo").read_text()),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "kernel": platform.release(),
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
    }


def moment() -> dict[str, str]:
    """Returns the commit, the time, and the load of the minute before."""
    return {
        "commit": _said(["git", "rev-parse", "--short", "HEAD"]) + _edited(),
        "on": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "load before": f"{os.getloadavg()[0]:.2f}",
    }


def versions() -> dict[str, str]:
    """Returns the versions of the measured programs and packages."""
    return {
        "Python": platform.python_version(),
        "Postgres": _said([str(binaries() / "postgres"), "--version"]),
        "LocalStack": _installed("localstack", "localstack-core"),
        "DuckDB": _installed("project", "duckdb"),
        "Terraform": json.loads(_said(["terraform", "version", "-json"]))["terraform_version"],
        "AWS provider": provider_version((terraform.SOURCE / ".terraform.lock.hcl").read_text()),
        **{package: _installed("service", package) for package in ("fastapi", "uvicorn", "psycopg2-binary")},
        "boto3": _installed("lambda", "boto3"),
    }


def cpu_model(cpuinfo: str) -> str:
    """Returns the first `model name` of /proc/cpuinfo. Arm machines have none."""
    found = re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE)
    return found[1] if found else platform.machine()


def provider_version(lock_file: str) -> str:
    found = re.search(r'^\s*version\s*=\s*"([^"]+)"', lock_file, re.MULTILINE)
    if found is None:
        raise ValueError("the lock file names no version")
    return found[1]


def _installed(environment: str, package: str) -> str:
    folders = [str(path) for path in (VENVS / environment / "lib").glob("python3*/site-packages")]
    found = next(iter(importlib.metadata.distributions(name=package, path=folders)), None)
    return found.version if found else "not installed"


def _edited() -> str:
    return " and edits since" if _said(["git", "status", "--porcelain", "--", ":!bench/RESULTS.md"]) else ""


def _said(command: list[str]) -> str:
    return subprocess.run(command, env=user_shell.local(), check=True, capture_output=True, text=True).stdout.strip()
