"""Finds Chromium. Playwright's own browsers are downloads, and Debian's package is kept up to date by Debian."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from local.launcher.doctor import CHROMIUM, INSTALL_CHROMIUM

MISSING = f"no Chromium was found: none of {', '.join(CHROMIUM)} is on the PATH. {INSTALL_CHROMIUM}"


class ChromiumMissingError(Exception):
    """There is no Chromium. The text says what to install."""


def program() -> Path:
    """Returns the path of Chromium. Raises `ChromiumMissingError`."""
    for name in CHROMIUM:
        if found := shutil.which(name):
            return Path(found)
    raise ChromiumMissingError(MISSING)


@contextmanager
def browser(home: Path) -> Iterator[Browser]:
    """Starts Chromium without a window, and ends it. `home` gets its caches."""
    with sync_playwright() as playwright:
        # Chromium's sandbox refuses to run as root.
        sandbox = [] if os.geteuid() else ["--no-sandbox"]
        surroundings: dict[str, str | float | bool] = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home)}
        started = playwright.chromium.launch(executable_path=program(), args=sandbox, env=surroundings)
        try:
            yield started
        finally:
            started.close()
