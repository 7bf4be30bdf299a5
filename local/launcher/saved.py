"""What a stack's LocalStack has saved of itself, as it tells it at `/_dockerless/state`."""

import json
import urllib.error
import urllib.request

from local.launcher.errors import ExpectedError
from local.launcher.settings import Settings

SECONDS = 60

REFUSED = "The saved state is not loaded"
"""How LocalStack's last line begins where it must not load what was saved."""


class SaveError(ExpectedError):
    """LocalStack could not save; the message has its reason. What it saved before is still whole."""


def save(settings: Settings) -> None:
    """Have LocalStack save all that it holds, now. Raises `SaveError`."""
    request = urllib.request.Request(f"{settings.edge_url}/_dockerless/state", method="POST")  # noqa: S310 -- http, here
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=SECONDS):
            return
    except urllib.error.HTTPError as error:
        with error:
            said = error.read().decode(errors="replace")
        raise SaveError(f"LocalStack could not save what it holds: {_reason(said)}") from None
    except OSError as error:
        raise SaveError(f"LocalStack could not save what it holds: {error}") from None


def _reason(body: str) -> str:
    try:
        return str(json.loads(body)["error"])
    except (ValueError, KeyError, TypeError):
        return body
