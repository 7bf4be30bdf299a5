"""Checks which LocalStack answers on a stack's port, so that only the stack's own process is changed.

A port alone proves nothing: another stack, another clone or a foreign LocalStack may listen on it. The plug-ins answer
with the folder of the stack that started LocalStack, and with the session (`identity.py` of the plug-ins).
"""

import http.client
import json
import time
import urllib.error
from dataclasses import dataclass
from typing import Protocol

from local.launcher import loopback
from local.launcher.errors import ExpectedError
from local.launcher.hints import make
from local.launcher.settings import EMULATOR, Settings

START_SECONDS = 300
"""LocalStack starts in about 6 s. The limit holds on a machine that is many times slower."""


class IdentityError(ExpectedError):
    """LocalStack is down, belongs to another stack, or has lost the applied resources. The message says what to do."""


class StateRefusedError(IdentityError):
    """LocalStack ended, because it must not load its saved state."""


_REFUSED = "The saved state is not loaded"
"""A line of LocalStack's output begins with these words then. In both modes only its output tells the reason."""


@dataclass(frozen=True)
class Answer:
    """`stack` is the folder of the stack that started LocalStack. It is '' for a program that belongs to no stack."""

    stack: str
    session: str


class Starting(Protocol):
    """Defines the part of an `Engine` that is used while LocalStack starts."""

    def emulator_runs(self) -> bool: ...

    def log_tail(self, name: str, lines: int) -> tuple[str, list[str]]: ...


def ask(settings: Settings) -> Answer | None:
    """Asks the program on the stack's port. Returns None if it does not answer, or answers with a server error."""
    try:
        content = json.loads(loopback.read(f"{settings.edge_url}/_emulator/stack"))
        return Answer(str(content["stack"]), str(content["session"]))
    except urllib.error.HTTPError as error:
        error.close()
        return None if error.code >= 500 else Answer("", "")  # LocalStack answers 503 while it ends
    except (TypeError, KeyError, ValueError, http.client.HTTPException):
        return Answer("", "")
    except OSError:
        return None


def wait_until_started(settings: Settings, engine: Starting) -> str:
    """Waits for the stack's own LocalStack and returns its session. Raises `IdentityError` with the end of its log."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        answer = ask(settings)
        if answer is not None and answer.stack == str(settings.directory):
            return answer.session
        if not engine.emulator_runs() or time.monotonic() > deadline:
            if answer is not None:
                raise IdentityError(_foreign(settings, answer))
            where, said = engine.log_tail(EMULATOR, 20)
            refused = any(_REFUSED in line for line in said)
            kind = StateRefusedError if refused else IdentityError
            raise kind("\n".join(["LocalStack did not start:", *said, f"log: {where}"]))
        time.sleep(0.1)


def require_own(settings: Settings, session: str) -> None:
    """Raises `IdentityError` unless the stack's LocalStack answers with the session that Terraform applied to."""
    answer, up = ask(settings), make("up", settings.name)
    if answer is None:
        raise IdentityError(
            f"LocalStack of the stack {settings.name!r} does not answer on 127.0.0.1:{settings.port}: "
            f"`{up}` starts it again"
        )
    if answer.stack != str(settings.directory):
        raise IdentityError(_foreign(settings, answer))
    if answer.session != session:
        raise IdentityError(
            f"LocalStack of the stack {settings.name!r} has restarted without its saved state: "
            f"`{up}` applies everything again"
        )


def _foreign(settings: Settings, answer: Answer) -> str:
    who = f"LocalStack of the stack in {answer.stack}" if answer.stack else "another program"
    return (
        f"port {settings.port} of the stack {settings.name!r} is answered by {who}: "
        f"end that, then run `{make('up', settings.name)}`"
    )
