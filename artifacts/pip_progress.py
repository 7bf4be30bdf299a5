"""Computes the progress of `pip install` of a lock file from its output and the installed packages.

pip first collects each package in turn (it prints `Processing` for a local file). At the end it installs all packages
and prints nothing for up to 1 minute. So each package counts twice: when it is collected, and when its metadata is
installed. This module needs only the standard library.
"""

import re
from pathlib import Path

_LOCKED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]]*\])?==", re.MULTILINE)
_COLLECTING = re.compile(r"^(?:Collecting|Processing) ", re.MULTILINE)


def percent(lock: Path, log: Path, environment: Path) -> int:
    """Returns a number from 0 to 99. 100 would mean that pip has ended with success."""
    packages = len(_LOCKED.findall(lock.read_text(encoding="utf-8"))) or 1
    collected = len(_COLLECTING.findall(_text(log)))
    pip_itself = 1  # a new environment holds pip
    installed = len(list(environment.glob("lib/python*/site-packages/*.dist-info"))) - pip_itself
    done = min(collected, packages) + min(max(installed, 0), packages)
    return min(99, 100 * done // (2 * packages))


def _text(log: Path) -> str:
    try:
        return log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
