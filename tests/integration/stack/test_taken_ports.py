"""A stack that cannot have its port prints the process or the stack that has the port."""

import os
import socket
from pathlib import Path

import pytest

from local.launcher import ports, settings
from local.launcher.ports import PortsError
from local.launcher.settings import Settings
from local.launcher.state import State


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "LOCAL", tmp_path)


def test_a_port_that_is_taken_is_told_with_the_process_that_has_it():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        stack = Settings(name="three", port=port - 1)
        with pytest.raises(PortsError, match=rf"{port} \(.*process {os.getpid()}\).*make up STACK=three PORT="):
            ports.refuse_taken(stack, [port])
        State().write(stack)  # its port can be chosen anew only after `make down`
        with pytest.raises(PortsError, match="make down STACK=three"):
            ports.refuse_taken(stack, [port])
