"""After an interrupt Terraform finishes its present calls and saves its state."""

import sys
from pathlib import Path
from typing import Any

import pytest

from local.launcher import terraform
from local.launcher.settings import Settings

# Stands for tflocal: says that it has begun, and on the first interrupt saves and ends; a second one would end it.
TFLOCAL = """
import os, signal
def save(*_):
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    os.write(1, b"state saved\\n")
    raise SystemExit(1)
signal.signal(signal.SIGINT, save)
print('{"type": "apply_start"}', flush=True)
while True:
    signal.pause()
"""


def test_an_interrupt_reaches_terraform_once_and_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(terraform, "command", lambda *arguments: [sys.executable, "-c", TFLOCAL])
    monkeypatch.setattr(terraform, "working_copy", lambda settings: tmp_path)
    monkeypatch.setattr(terraform, "environment", lambda settings: {})
    log = tmp_path / "apply.log"

    def interrupt(event: dict[str, Any]) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        terraform._stream(Settings(), ["apply"], log, interrupt)

    assert log.read_text().splitlines()[-1] == "state saved"
