"""What can go wrong with a command, in one line for its user. Only an error of the program itself has a traceback."""

import http.client
import os
import subprocess
import sys
import urllib.error
import xmlrpc.client
from collections.abc import Callable

import botocore.exceptions
import httpx

from artifacts.errors import ArtifactError
from local.launcher.errors import ExpectedError
from local.launcher.hints import make
from seed.errors import SeedError

_NO_ANSWER = (
    ConnectionError,
    TimeoutError,
    botocore.exceptions.ConnectionError,
    botocore.exceptions.HTTPClientError,
    http.client.HTTPException,
    httpx.TransportError,
    urllib.error.URLError,
    xmlrpc.client.Error,
)


def explained(error: BaseException, stack: str) -> str | None:
    """What to tell the user of `stack`; None for an error that nobody foresaw."""
    if isinstance(error, ExpectedError | ArtifactError | SeedError):
        return str(error)
    if isinstance(error, _NO_ANSWER):
        return (
            f"the stack {stack!r} stopped answering ({_short(error)}): `{make('status', stack)}` shows what is down, "
            f"`{make('up', stack)}` starts it again"
        )
    if isinstance(error, botocore.exceptions.ClientError):
        return f"the stack {stack!r} refused: {_short(error)}. `{make('logs', stack)}` shows more"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"{error.cmd[0]} did not end within {error.timeout:g} s"
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}"
    return None


def guarded(action: Callable[[], int], stack: str, tell: Callable[[str], None]) -> int:
    """The exit code of `action`. What was foreseen goes to `tell` in words, with exit code 1."""
    try:
        return action()
    except BrokenPipeError:  # the reader has gone, as in `make logs | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        told = explained(error, stack)
        if told is None:
            raise
        tell(told)
        return 1


def _short(error: BaseException) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]
