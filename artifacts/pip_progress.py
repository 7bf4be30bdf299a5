"""How far `pip install` of a lock file is, from what it has printed and installed. Standard library only.

pip collects each package in turn (`Processing` where it is a file of this machine) and installs them all at the end,
when it prints nothing for up to a minute. So each package counts twice: once collected, once there with its metadata.
"""

import re
from pathlib import Path

_LOCKED = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]]*\])?==", re.MULTILINE)
_COLLECTING = re.compile(r"^(?:Collecting|Processing) ", re.MULTILINE)


def percent(lock: Path, log: Path, environment: Path) -> int:
    """0 to 99; 100 is for a process that has ended well."""
    packages = len(_LOCKED.findall(lock.read_text(encoding="utf-8"))) or 1
    collected = len(_COLLECTING.findall(_text(log)))
    pip_itself = 1  # comes with the environment
    installed = len(list(environment.glob("lib/python*/site-packages/*.dist-info"))) - pip_itself
    done = min(collected, packages) + min(max(installed, 0), packages)
    return min(99, 100 * done // (2 * packages))


def _text(log: Path) -> str:
    try:
        return log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
