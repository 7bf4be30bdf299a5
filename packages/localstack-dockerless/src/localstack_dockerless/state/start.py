"""Registers saving and loading with LocalStack, if `DOCKERLESS_STATE` names a folder.

`DOCKERLESS_STATE_EVERY` is the number of seconds between two saves of a running LocalStack. 0 saves at its end only.
"""

import logging
import os
import threading
from pathlib import Path

from localstack.runtime.events import infra_stopping
from localstack.runtime.exceptions import LocalstackExit
from localstack.services.edge import ROUTER

from localstack_dockerless.state import fingerprint, hold_calls, registries
from localstack_dockerless.state.endpoint import StateEndpoint
from localstack_dockerless.state.gate import GATE
from localstack_dockerless.state.generations import Generations, StateRefusedError
from localstack_dockerless.state.load import load
from localstack_dockerless.state.save import Saver

LOG = logging.getLogger(__name__)
EVERY = "DOCKERLESS_STATE_EVERY"
DEFAULT_EVERY = 300.0  # seconds
REFUSED = 78
"""LocalStack's exit code for a state that must not be loaded.

It is EX_CONFIG of sysexits.h, because another start does not help.
"""

_saver: Saver | None = None


def register() -> None:
    """Loads the saved state as the last step of LocalStack's start, and saves from then on.

    Raises `LocalstackExit` if the saved state must not be loaded, and `ValueError` for an invalid setting.
    """
    global _saver  # noqa: PLW0603 -- one process, one state
    folder = registries.folder()
    if folder is None:
        return
    seconds = float(os.environ.get(EVERY) or DEFAULT_EVERY)
    generations = Generations(folder, fingerprint.versions())
    try:
        generations.prepare()
        loaded = load(generations)
    except StateRefusedError as error:
        raise _refusal(folder, str(error)) from error
    except Exception as error:
        LOG.exception("the state in %s cannot be loaded", folder)
        raise _refusal(folder, f"{type(error).__name__}: {error}") from error
    hold_calls.install(GATE)
    _saver = Saver(generations, GATE)
    ROUTER.add(StateEndpoint(_saver, loaded))
    if seconds > 0:
        threading.Thread(target=_every, args=(seconds, _saver), name="state", daemon=True).start()


def save_at_the_end() -> None:
    """Saves the state when LocalStack is told to end, before anything is stopped."""
    if _saver is None:
        return
    GATE.end()
    try:
        _saver.save()
    except Exception:
        LOG.exception("the state was not saved; the last whole state stays")


def _every(seconds: float, saver: Saver) -> None:
    while not infra_stopping.wait(seconds):
        try:
            saver.save()
        except Exception:
            LOG.exception("the state was not saved; the last whole state stays")


def _refusal(folder: Path, reason: str) -> LocalstackExit:
    return LocalstackExit(
        f"The saved state is not loaded: {reason}. Remove {folder} to start without it. Its content is lost then.\n",
        REFUSED,
    )
