"""Makes a stack's LocalStack save its state, through `/_dockerless/state` of the plug-ins."""

import json
import urllib.error

from local.launcher import loopback
from local.launcher.errors import ExpectedError
from local.launcher.hints import make
from local.launcher.settings import Settings

SECONDS = 300


class SaveError(ExpectedError):
    """LocalStack could not save its state. The message has the reason. The state of the last save is still whole."""


def save(settings: Settings) -> None:
    """Makes LocalStack save its state now. Raises `SaveError`."""
    try:
        loopback.read(f"{settings.edge_url}/_dockerless/state", method="POST", timeout=SECONDS)
        return
    except urllib.error.HTTPError as error:
        with error:
            said = error.read().decode(errors="replace")
        reason = _reason(said)
    except OSError as error:
        reason = str(error)
    raise SaveError(f"LocalStack could not save its state: {reason}. `{make('logs', settings.name)}` shows more")


def _reason(body: str) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body
