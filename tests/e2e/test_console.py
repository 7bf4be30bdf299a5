"""The stack's console answers at its link, and to nobody else."""

from collections.abc import Iterator

import httpx
import pytest

from local.launcher import programs
from local.observe.running import RunningStack
from operations.console.address import link

PATIENCE = 120
"""In seconds. The first request starts the console."""


@pytest.fixture
def browser(stack: RunningStack) -> Iterator[httpx.Client]:
    if stack.settings.mode == "docker":
        pytest.skip("in docker mode `make console` runs the console until Ctrl-C ends it (docs/console.md)")
    address = f"http://127.0.0.1:{stack.settings.console_port}"
    with httpx.Client(base_url=address, timeout=PATIENCE, trust_env=False) as client:
        yield client


def test_the_link_opens_the_console_of_this_stack(stack: RunningStack, browser: httpx.Client):
    assert browser.get("/").status_code == 403
    entered = browser.get(link(stack.settings.console_port, programs.console_token(stack.settings), "/alarms"))
    assert entered.status_code == 200
    for path in ("/", "/alarms", "/completeness"):
        page = browser.get(path)
        assert page.status_code == 200, page.text
        assert f"Local stack {stack.name}" in page.text
        assert 'class="state bad">You may not do' not in page.text


def test_only_this_user_can_read_the_token(stack: RunningStack, browser: httpx.Client):
    assert browser.get("/").status_code == 403
    assert programs.console_token_file(stack.settings).stat().st_mode & 0o077 == 0
