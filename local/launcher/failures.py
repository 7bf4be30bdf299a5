"""Turns a foreseen error into one line for the user. Only an error of the program itself gets a traceback."""

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
    """Returns the message for the user of `stack`, or None for an unforeseen error."""
    if isinstance(error, ExpectedError | ArtifactError | SeedError):
        return str(error)
    if isinstance(error, _NO_ANSWER):
        return (
            f"the stack {stack!r} stopped answering ({_short(error)}): `{make('status', stack)}` shows what is down, "
            f"`{make('up', stack)}` starts it again"
        )
    if isinstance(error, botocore.exceptions.ClientError):
        return f"the stack {stack!r} refused a call: {_short(error)}. `{make('logs', stack)}` shows more"
    if isinstance(error, subprocess.TimeoutExpired):
        return f"{error.cmd[0]} did not end within {error.timeout:g} s: run the command again"
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}"
    return None


def guarded(action: Callable[[], int], stack: str, tell: Callable[[str], None]) -> int:
    """Returns the exit code of `action`. Passes the message of a foreseen error to `tell` and returns 1."""
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
